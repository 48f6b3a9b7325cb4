/** The domain has no calendar of the machine: days are counted as in Howard Hinnant's `chrono-Compatible Low-Level Date Algorithms`. */
export const DAY_MS = 24 * 60 * 60_000

// The year begins in March, so that the leap day is its last; 400 years, an era, have always as many days.
const DAYS_OF_ERA = 146_097
/** From the 1st of March of the year 0 to 1970. */
const TO_EPOCH = 719_468

/** Days from 1970 to a day (his `days_from_civil`). `month`: 1 is January. */
export function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * DAYS_OF_ERA + dayOfEra - TO_EPOCH
}

/** A day for people, `2026-12-15`, in UTC (his `civil_from_days`). `at`: epoch ms. */
export function dayOf(at: number): string {
  const days = Math.floor(at / DAY_MS) + TO_EPOCH
  const era = Math.floor(days / DAYS_OF_ERA)
  const dayOfEra = days - era * DAYS_OF_ERA
  const leapDays = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${year}-${two(month)}-${two(dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1)}`
}
