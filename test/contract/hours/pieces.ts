import { HOURS_A_YEAR } from './year.ts'

/** A year that begins with a seed, or the beginning of one. */
export interface Piece {
  readonly seed: number
  readonly hours: number
}

/** One that was lived to its end, with the same answers from all of these stores. */
export interface LivedPiece extends Piece {
  readonly appends: number
  readonly answers: number
  readonly stores: readonly string[]
}

/** So many hours as years, each by a seed of its own. */
export function piecesOf({ hours, seed }: Piece): readonly Piece[] {
  return Array.from({ length: Math.ceil(hours / HOURS_A_YEAR) }, (_, year) => ({
    seed: seed + year,
    hours: Math.min(HOURS_A_YEAR, hours - year * HOURS_A_YEAR),
  }))
}

/** What is left of these when others were lived already: a seed makes the same hours again. */
export function leftOf(pieces: readonly Piece[], lived: readonly LivedPiece[]): readonly Piece[] {
  return pieces.filter(({ seed, hours }) => !lived.some((one) => one.seed === seed && one.hours >= hours))
}

/** All that was lived, as a line for people. Of a seed that is there twice the longest counts, once. */
export function sumOf(lived: readonly LivedPiece[]): string {
  const longest = new Map<number, LivedPiece>()
  for (const one of lived) if (one.hours > (longest.get(one.seed)?.hours ?? 0)) longest.set(one.seed, one)
  const all = [...longest.values()]
  const total = (of: 'hours' | 'appends' | 'answers'): number => all.reduce((sum, one) => sum + one[of], 0)
  const without = all.filter(({ stores }) => !stores.includes('PostgreSQL')).length
  const seeds = all.map(({ seed }) => seed)
  const told = `${total('hours')} hours of ${all.length} seeds, ${Math.min(...seeds)} to ${Math.max(...seeds)}`
  const left = lived.length > all.length ? `; ${lived.length - all.length} that came twice left out` : ''
  return `${told}: ${total('appends')} appends, ${total('answers')} answers compared, all the same${
    without > 0 ? `; ${without} of them without PostgreSQL` : ''
  }${left}`
}

/** One a line. */
export function spellPiece(piece: LivedPiece): string {
  return `${JSON.stringify(piece)}\n`
}

/** See {@link spellPiece}. A line may have been cut off where a process ended: what it was about is lived again. */
export function readPieces(text: string): readonly LivedPiece[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as LivedPiece]
    } catch {
      return []
    }
  })
}
