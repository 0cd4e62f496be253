/** What a drone says of itself, taken apart: what is wrong, and what to do about it. Pure; knows no telemetry. */

/** Words that what is to be done begins with. */
const deed =
  /^(arm|assign|calibrate|change|charge|check|choose|configure|end|enroll|free|give|keep|land|lower|make|measure|mend|move|name|put|raise|restart|send|set|start|stop|switch|turn|update|upload|use|wait)\b/i;

/** `hint`: undefined for one that says nothing of it. */
type Said = { readonly what: string; readonly hint: string | undefined };

/** Our own words end with what to do, behind the last colon; others' may end with anything. */
export function takeApart(text: string): Said {
  const end = text.lastIndexOf(': ');
  const hint = text.slice(end + 2);
  return end > 0 && deed.test(hint) ? { what: text.slice(0, end), hint } : { what: text, hint: undefined };
}
