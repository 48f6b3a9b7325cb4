/**
 * How one go of a test ended; `endless`: a loop would have gone on for ever, and was ended; `late`: it did not end at all; `stray`: green,
 * but for an error that nobody waited for.
 */
export type Outcome = 'green' | 'red' | 'endless' | 'stray' | 'late'

/** What is known after a go. */
export type Finding =
  | { kind: 'killed' | 'timed out'; mutant: number }
  /** It may have been an earlier one: to be tried first when all is fresh. */
  | { kind: 'doubtful'; mutant: number }
  /** Every mutant was tried. */
  | { kind: 'asked' }
  /** Red, and no fault was in the source: nobody knows who is to blame. */
  | { kind: 'unfit' }
  /** What was left behind has to go before the next go. */
  | { kind: 'spoilt' }

/** So many red goes are confirmed by one without a fault. */
const TOGETHER = 8

/**
 * The goes of one test: without a fault, then with each of the mutants that it reaches, and without a fault again after some that were
 * red. Green then, those were kills: what an earlier one had left behind would still be there. Red then, only what was tried right after a
 * green go without a fault is known to be one.
 */
export class Goes {
  readonly #waiting: number[]
  #mutant = 0
  /** Red since the test was last green without a fault. */
  #reds: { kind: 'killed' | 'timed out'; mutant: number }[] = []
  /** The first mutant since then. */
  #first = 0
  #strays = 0
  #isOver = false

  constructor(mutants: readonly number[]) {
    this.#waiting = [...mutants]
  }

  /** The mutant of the go that begins, 0 for none of them. */
  get mutant(): number {
    return this.#mutant
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Takes in how the go ended that `mutant` names, and goes on to the next. That a mutant lived is not told. */
  ended(outcome: Outcome): readonly Finding[] {
    const mutant = this.#mutant
    if (mutant === 0) return outcome === 'green' ? this.#clean() : this.#spoilt()
    // What did not end may go on beside the next go.
    if (outcome === 'late') return this.#end({ kind: 'timed out', mutant }, { kind: 'spoilt' })
    // It may be an earlier go's, told late: then there is none when it is tried again.
    if (outcome === 'stray' && (this.#strays += 1) === 1) return []
    this.#strays = 0
    if (outcome !== 'green') this.#reds.push({ kind: outcome === 'endless' ? 'timed out' : 'killed', mutant })
    const isEnough = this.#reds.length >= TOGETHER || this.#waiting.length === 0
    this.#mutant = isEnough && this.#reds.length > 0 ? 0 : (this.#waiting.shift() ?? 0)
    return this.#mutant === 0 && this.#reds.length === 0 ? this.#end({ kind: 'asked' }) : []
  }

  #clean(): readonly Finding[] {
    const found = this.#reds
    this.#reds = []
    this.#mutant = this.#first = this.#waiting.shift() ?? 0
    return this.#mutant === 0 ? this.#end(...found, { kind: 'asked' }) : found
  }

  #spoilt(): readonly Finding[] {
    const [first] = this.#reds
    if (first === undefined) return this.#end({ kind: 'unfit' })
    return this.#end(first.mutant === this.#first ? first : { kind: 'doubtful', mutant: first.mutant }, { kind: 'spoilt' })
  }

  #end(...found: readonly Finding[]): readonly Finding[] {
    this.#isOver = true
    this.#mutant = 0
    return found
  }
}
