import { fail, ok, warn, type Finding } from '../ports/finding.ts'

// A Date header has whole seconds, and the answer was under way.
const NOTICEABLE_MS = 5_000
/** A forge may refuse a sign-in that is signed by a clock more than a minute ahead. */
const HARMFUL_MS = 60_000

/** Compares this clock with another one (both epoch ms). Says nothing where the other is unknown. */
export function checkClock(subject: string, theirs: number | undefined, ours: number): readonly Finding[] {
  if (theirs === undefined) return []
  const skew = ours - theirs
  const seconds = Math.round(Math.abs(skew) / 1_000)
  if (Math.abs(skew) < NOTICEABLE_MS) return [ok(subject, 'has the same time as this machine')]
  const says = `its clock and this machine's are ${seconds} s apart: this one is ${skew > 0 ? 'ahead' : 'behind'}`
  const advice = 'Let both machines keep time by NTP. Times in the ledger and signed sign-ins to a forge depend on it.'
  return [Math.abs(skew) < HARMFUL_MS ? warn(subject, says, advice) : fail(subject, says, advice)]
}
