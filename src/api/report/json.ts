import type { ReportFormat } from './format.ts'

/**
 * One object with what the report says of itself and all releases, each on a line of its own, in the shape of the API. Times are epoch
 * milliseconds; null is not known, an absent time has not happened.
 */
export const JSON_REPORT: ReportFormat = {
  type: 'application/json; charset=utf-8',
  begin: (header) => `{"report":${JSON.stringify(header)},"releases":[`,
  row: (item, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(item)}`,
  end: (count) => `\n],"count":${count}}\n`,
}
