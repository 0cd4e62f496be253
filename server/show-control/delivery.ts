/** How long before its moment a timed command is sent. A number alone. */

/** Head start that every timed command gets to reach the drones, ms. */
export const deliveryMs = 100;
