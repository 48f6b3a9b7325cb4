// What a spreadsheet takes for a formula at the beginning of a cell, wide forms too; and after what another locale takes for its end. To
// that one, no quote within a line opens a cell, and a line break within a cell ends the row.
const FORMULA = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/
/** The run is matched where no formula is after it, too: so every character is looked at once, however long the text is. */
const AFTER_AN_END = /([;,|\t\r\n][\s;,|"]*)([=+\-@\uff1d\uff0b\uff0d\uff20]?)/g

/**
 * One value as a cell of RFC 4180, always quoted. What a spreadsheet would run as a formula is made text by an apostrophe before it
 * (OWASP, CSV injection; CWE-1236): names of people, images and metrics are anybody's to choose.
 */
export function csvCell(value: string): string {
  const inert = value.replace(AFTER_AN_END, (all, run: string, sign: string) => (sign === '' ? all : `${run}'${sign}`))
  return `"${(FORMULA.test(inert) ? `'${inert}` : inert).replaceAll('"', '""')}"`
}
