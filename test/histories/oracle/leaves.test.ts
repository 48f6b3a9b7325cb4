import { expect, it } from 'vitest'
import { wronged } from './leaves.ts'

const state = (tag: number, level: number): string => JSON.stringify({ tags: { web: tag }, level })

/** N has 1 and 1; the release gives 2 to the tag, and somebody then 2 to the level. */
function judge(made: string, base = state(2, 2), after = base): ReturnType<typeof wronged> {
  const at = (text: string) => () => text
  return wronged({
    path: 'values.yaml',
    good: at(state(1, 1)),
    base: at(base),
    made: at(made),
    changes: [
      { commit: 'release', before: at(state(1, 1)), after: at(state(2, 1)) },
      { commit: 'later', before: at(state(2, 1)), after: at(after) },
    ],
    isCulprit: (commit) => commit === 'release',
  })
}

it.each<[string, string, ReturnType<typeof wronged>]>([
  ['takes back what the release did, and keeps the rest', state(1, 2), undefined],
  ['takes back the later change, too', state(1, 1), { commit: 'later', how: 'taken' }],
  ['leaves what the release did', state(2, 2), { commit: 'release', how: 'left' }],
  ['gives the field another value', state(3, 2), { commit: 'release', how: 'left' }],
  ['is no JSON any more', 'tags:', { commit: 'later', how: 'taken' }],
])('a PR that %s is judged so', (_, made, wanted) => {
  expect(judge(made)).toEqual(wanted)
})

it('a value that somebody has given it since is theirs', () => {
  expect(judge(state(1, 1), state(3, 1))).toEqual({ commit: 'later', how: 'taken' })
})

it('what somebody made of a value between N and the release stays', () => {
  const at = (text: string) => () => text
  const made = (tag: number) =>
    wronged({
      path: 'values.yaml',
      good: at(state(1, 1)),
      base: at(state(3, 1)),
      made: at(state(tag, 1)),
      changes: [
        { commit: 'earlier', before: at(state(1, 1)), after: at(state(2, 1)) },
        { commit: 'release', before: at(state(2, 1)), after: at(state(3, 1)) },
      ],
      isCulprit: (commit) => commit === 'release',
    })
  expect([made(2), made(1)]).toEqual([undefined, { commit: 'release', how: 'left' }])
})
