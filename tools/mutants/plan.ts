import { askedOf, type Diary, type Surveyed } from './diary.ts'

/** Tests of about one length are asked together: first those that take up to so many ms. None longer than the last is asked at all. */
export const BANDS_MS: readonly number[] = [5, 20, 100, 400, 1500, 6000]
/** How long the tests that one mutant lives through may take together; the first one always runs. */
export const BUDGET_MS = 3000

/** What the runner has to do with one test. */
export interface Order {
  mutants: readonly number[]
  /** After so many ms a go is late. */
  limitMs: number
}

/** What the runner is told, in a file. */
export interface Plan {
  diary: string
  /** Where it says with what it is busy. */
  now: string
  /** How many switches there are, with the one that nothing has. */
  size: number
  /** Every test once, to see how long it takes and what it reaches: else as ordered. */
  isSurvey: boolean
  /** Of which group the mutants are: each is tried as if it were alone. */
  group: number
  tests: Readonly<Record<string, Order>>
}

/** What the runner says of itself before each go. */
export interface Busy {
  file: string
  /** A test; none while the file is loaded. */
  test: string
  mutant: number
  limitMs: number
  since: number
}

/** What is left to do of a group within a band, by test and in files: those with the least to do first. */
export function planBand(
  diary: Diary,
  { group, wanted, upToMs }: { group: number; wanted: readonly number[]; upToMs: number },
): { tests: Record<string, Order>; files: readonly string[] } {
  const tests: Record<string, Order> = {}
  const work = new Map<string, number>()
  const spent = new Map<number, number>()
  for (const test of fitTests(diary, upToMs)) {
    const mutants = wanted.filter((mutant) => test.reached.has(mutant) && isWithin(spent, mutant, test.ms))
    for (const mutant of mutants) spent.set(mutant, (spent.get(mutant) ?? 0) + test.ms)
    if (mutants.length === 0 || diary.asked.has(askedOf(test.id, group))) continue
    const first = diary.doubtful.get(test.id)
    tests[test.id] = { mutants: mutants.toSorted((a, b) => Number(b === first) - Number(a === first)), limitMs: limitOf(test) }
    work.set(test.file, (work.get(test.file) ?? 0) + mutants.length * test.ms)
  }
  return { tests, files: [...work].toSorted(([, a], [, b]) => a - b).map(([file]) => file) }
}

/** A test or a file that was red twice, or never ended, without any fault, the second time with everything fresh: it says nothing. */
export function isUnfit({ unfit }: Pick<Diary, 'unfit'>, of: string): boolean {
  return (unfit.get(of)?.times ?? 0) > 1
}

/** The short ones first. */
function fitTests(diary: Diary, upToMs: number): readonly Surveyed[] {
  return [...diary.tests.values()]
    .filter(({ id, file, ms }) => ms <= upToMs && !isUnfit(diary, id) && !isUnfit(diary, file))
    .toSorted((a, b) => a.ms - b.ms || a.id.localeCompare(b.id))
}

function isWithin(spent: ReadonlyMap<number, number>, mutant: number, ms: number): boolean {
  const before = spent.get(mutant)
  return before === undefined || before + ms <= BUDGET_MS
}

/** So much that a busy machine is no fault. */
function limitOf({ ms }: Surveyed): number {
  return 5_000 + 20 * ms
}
