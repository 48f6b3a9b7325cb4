import type { Outcome } from './live.ts'
import { required, WHENS, type Moment, type When } from './moments.ts'
import type { End } from './outcome.ts'
import type { Story } from './stories.ts'

/** A moment of a story. */
export interface Planned {
  story: Story
  moment: Moment
}

/** What came of one. */
export interface Row extends Planned {
  /** Undefined where something never came about. */
  outcome: Outcome | undefined
  wrong: readonly string[]
}

/** Everything that the leaders came to, each in the first story that has it: one append may be several at once. */
export function planMoments(wholes: ReadonlyMap<Story, Outcome>): readonly Planned[] {
  const known = new Set<string>()
  return [...wholes].flatMap(([story, { passed }]) =>
    passed.flatMap((names) => {
      // That one fails and is tried again is for the machine to say.
      const fresh = names.find((name) => !known.has(name) && !name.endsWith('effect-failed'))
      for (const name of names) known.add(name)
      return fresh === undefined ? [] : WHENS.map((when) => ({ story, moment: { name: fresh, when } }))
    }),
  )
}

/** What is wrong with an outcome. @param whole of the same story, where nobody was killed */
export function judge({ moment }: Planned, outcome: Outcome, whole: End): readonly string[] {
  const { end, doubles, lost, killedAt } = outcome
  const others = Object.entries(end).filter(([name, value]) => whole[name as keyof End] !== value)
  return [
    ...(killedAt ? [] : [`${moment.name} was not reached`]),
    ...doubles.map((what) => `twice: ${what}`),
    ...lost,
    ...others.map(([name, value]) => `${name}: ${value || 'none'}, not ${whole[name as keyof End] || 'none'}`),
  ]
}

/** Moments of effects at which nobody was killed, in any story. */
export function unreached(rows: readonly Row[]): readonly string[] {
  const reached = new Set(rows.flatMap(({ moment: { when }, outcome }) => (outcome?.killedAt ?? []).map((name) => `${when}: ${name}`)))
  return WHENS.flatMap((when) => required().map((name) => `${when}: ${name}`)).filter((name) => !reached.has(name))
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1)

/** The rows as a table of Markdown: a line for each moment, before and after it. */
export function tableOf(rows: readonly Row[]): string {
  const byName = [...Map.groupBy(rows, ({ story, moment: { name } }) => `${story.name} | ${name}`)]
  const cell = (of: readonly Row[], when: When): string => {
    const row = of.find(({ moment }) => moment.when === when)
    return row?.outcome?.killedAt === undefined ? '–' : seconds(row.outcome.tookMs)
  }
  const lines = byName.map(([name, of]) => {
    const ends = of.flatMap(({ outcome }) => outcome?.end ?? [])
    const doubles = of.flatMap(({ outcome }) => outcome?.doubles ?? []).length
    const cards = [...new Set(ends.map((end) => end.cards))].join('/')
    const pulls = [...new Set(ends.map((end) => end.pulls))].join(' / ')
    return `| ${name} | ${cell(of, 'before')} | ${cell(of, 'after')} | ${pulls} | ${cards} | ${doubles} |`
  })
  const head = '| story | killed at | before: done after, s | after: done after, s | revert PRs | cards | double effects |'
  return [head, '|---|---|---|---|---|---|---|', ...lines].join('\n')
}
