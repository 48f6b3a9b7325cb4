import { timeOfDay } from '../release/handling.ts'
import { dayOf } from './calendar.ts'

/** A moment for people, `2026-11-29 04:13 UTC`: what lasts may last for days. `at`: epoch ms. */
export function timeAndDay(at: number): string {
  return `${dayOf(at)} ${timeOfDay(at)}`
}
