/** Text from outside on its way to a terminal. Knows no terminal. */

/** The text on one line without commands to the terminal: control and reordering characters become `?`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
}
