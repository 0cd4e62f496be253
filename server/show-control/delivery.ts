/** How long before its moment a timed command is sent. Numbers alone. */

/** Head start that every timed command gets to reach the drones, ms. */
export const deliveryMs = 100;

/** Least delay of a start that flies, s: the stream of setpoints, the mode and the arming come before the motors. */
export const leastFlightDelayS = 4;
