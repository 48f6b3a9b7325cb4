import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import type { BodyInput } from '../../../src/domain/revert/pull-request-body.ts'
import { aBurn, anAttempt } from '../release/a-look.ts'
import { added, body, code, commit, facts, names, release, sha } from './a-body.ts'

// The whole text that a person reads at night, and each line that something adds to it.

const of = (change: Partial<Release>): Partial<BodyInput> => ({ releases: [{ ...release, ...change }] })
const source = (...change: Parameters<typeof facts>): Partial<BodyInput> => ({ source: facts(...change) })
const burned = (burn: Parameters<typeof aBurn>[0] = {}): Partial<BodyInput> =>
  of({ cause: 'slo-burn', attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn(burn) })] })
const experiment = of({ rollout: 'experiment:ab' })

it('a body says what failed, which versions they are, why, what merging does, how it is proven, and the key', () => {
  expect(`${body()}\n`).toBe(readFileSync(new URL('plain-body.txt', import.meta.url), 'utf8'))
})

it('a body of nothing is the key alone', () => {
  expect(body({ releases: [] })).toBe('<!-- kedge:v1 revert-key=key -->')
})

describe('what a body says first', () => {
  it.each<[string, Partial<BodyInput>, readonly string[]]>([
    [
      'of what was undone by hand',
      { ...of({ cause: 'undone', adoptedBy: 'ada' }), follows: 3 },
      [
        '**`web:v2` was undone by hand in `shop/web` (cluster `east`). The cluster runs the version before, Git still asks for the ' +
          'other; merging this takes Git back, too.** Wanted by `ada`.',
        'Follows #3, which Kedge closed.',
        '- Until it is merged, a sync can bring the version that was undone back.',
      ],
    ],
    [
      'of what was undone, and nobody is known to want back',
      of({ cause: 'undone' }),
      [expect.stringMatching(/too\.\*\* Wanted by `nobody`\.$/) as string],
    ],
    ['of what Kedge closed before', { follows: 3 }, ['Follows #3, which Kedge closed when Git asked for something else for a while.']],
    [
      'of an Experiment',
      experiment,
      [
        '**The `Experiment shop/ab` (cluster `east`) failed by its analysis. It is no part of a Rollout and replaced no version, so ' +
          'nothing in the cluster went back. Git asks for it still; merging this takes it back there.**',
        '| | what | commit | author |',
        `| **Git wants** | \`Experiment shop/ab\` | [bbbbbbbbbbbb](https://git.example/${sha('b')}) Release v2 | Ana |`,
        `| **Before it** | \`not there, or as it was\` | [aaaaaaaaaaaa](https://git.example/${sha('a')}) Release v1 | Ana |`,
      ],
    ],
    [
      'of what an alert names',
      burned(),
      [
        '**`web:v2` was promoted in `shop/web` (cluster `east`), and `ErrorBudgetBurn` fires since. Git and the cluster both run it; ' +
          'merging this takes both back to the version before.** Kedge names the release by the time of the alert, and nothing else has ' +
          'proven that it is the cause.',
        `| **Git wants, cluster runs** | \`web:v2\` | [bbbbbbbbbbbb](https://git.example/${sha('b')}) Release v2 | Ana |`,
        `| **Version before** | \`web:v1\` | [aaaaaaaaaaaa](https://git.example/${sha('a')}) Release v1 | Ana |`,
      ],
    ],
    [
      'of flags that an alert names',
      burned({ flags: ['flags/web.yaml'] }),
      [
        '**`flag flags/web.yaml` was applied in `shop/web` (cluster `east`), and `ErrorBudgetBurn` fires since. No new version was ' +
          'rolled out; merging this takes the flag back, and nothing else.** Kedge names the flag by the time of the alert, and nothing ' +
          'else has proven that it is the cause.',
        `| **Git wants, cluster runs** | \`flag flags/web.yaml\` | [bbbbbbbbbbbb](https://git.example/${sha('b')}) Release v2 | Ana |`,
      ],
    ],
  ])('is %s', (_, change, lines) => {
    expect(added(change).slice(0, lines.length)).toEqual(lines)
  })

  it('has no commit where none is known', () => {
    expect(added(source({ revision: null, good: null })).slice(0, 3)).toEqual([
      '| **Git wants** | `web:v2` | – | – |',
      '| **Cluster runs** | `web:v1` | – | – |',
      '- Restores 1 file to what it was at `  `. Nothing else in the repository changes.',
    ])
  })
})

describe('what merging does', () => {
  const merge = { ...commit(sha('f'), 'y'), parents: [sha('1'), sha('2')] }
  const one = { ...commit(sha('e'), 'x'), parents: [sha('1')] }
  const STAY = 'of the same commit(s) stay as they are:'

  it.each<[string, Partial<BodyInput>, readonly string[]]>([
    ['to one commit is nothing more', source({ culprits: [one] }), []],
    ['to several', source({ culprits: [one, commit(sha('f'), 'y')] }), ['- Reverts 2 commits: `eeeeeeeeeeee`, `ffffffffffff`.']],
    [
      'to a merge among them',
      source({ culprits: [one, merge] }),
      [
        '- Reverts 2 commits: `eeeeeeeeeeee`, `ffffffffffff`.',
        '- One of them is a merge: merging that same branch again will not bring its changes back.',
      ],
    ],
    ['to other files', source({ otherFiles: ['a', 'b'] }), [`- 2 other file(s) ${STAY} \`a\`, \`b\`.`]],
    ['to ten other files', source({ otherFiles: names(10) }), [`- 10 other file(s) ${STAY} ${code(names(10))}.`]],
    ['to more of them', source({ otherFiles: names(11) }), [`- 11 other file(s) ${STAY} ${code(names(10))}, ….`]],
    [
      'to what a bot writes',
      { imageUpdater: true },
      ['- An image bot writes to this Application. It may push the bad tag again: let it ignore that tag, or pin the good one.'],
    ],
    ['to what has failed before', of({ recurrence: 2 }), ['- **This very template has now failed 2 times.** Pin the good tag.']],
  ])('%s', (_, change, lines) => {
    expect(added(change)).toEqual(lines)
  })

  it.each<[string, Partial<BodyInput>, RegExp, RegExp]>([
    ['an Experiment', experiment, /^- \*\*Takes the `Experiment shop\/ab` out of Git/, /Git goes on asking for the failed Experiment/],
    ['a flag', burned({ flags: ['f'] }), /^- \*\*The flag's file goes back.* same image of `shop\/web` as/, /what the alert is about\.$/],
    ['what burns', burned(), /^- \*\*The cluster does not run the version before.* rolls `shop\/web` back/, /what the alert is about\.$/],
  ])('to %s is said in its own words', (_, change, first, second) => {
    const lines = added(change).filter((line) => line.startsWith('- ') && !line.startsWith('- ErrorBudgetBurn'))
    expect(lines).toEqual([expect.stringMatching(first), expect.stringMatching(second)])
  })

  it('names each Rollout once, and until when the first of them can come back', () => {
    const there = { ...release, cluster: 'west' }
    expect(body({ releases: [release, there, { ...release, rollout: 'job' }] })).toContain(
      'finds the running version of `shop/web`, `shop/job` wanted',
    )
    expect(body({ releases: [release, { ...release, cause: 'undone' }] })).toContain('image bot can bring the failed version back.')
    expect(body({ releases: [{ ...release, cause: 'slo-burn' }, release] })).toContain('image bot can bring the failed version back.')
    expect(body({ releases: [release, { ...release, rollout: 'experiment:ab' }] })).toContain(
      'image bot can bring the failed version back.',
    )
  })
})

it('what the controller said stands at the end, with what was measured, of each release', () => {
  const evidence = [{ metric: 'rate', phase: 'Failed', value: '0.9', failed: 1, count: 2, limit: 'l', analysisRun: 'web-1' }] as never
  const text = body({
    releases: [
      { ...release, attempts: [anAttempt({ message: 'old' }), anAttempt({ message: 'it failed', evidence })] },
      { ...release, cluster: 'west' },
    ],
  })
  expect(/What the controller said<\/summary>\n\n```\n([^`]*)\n```/.exec(text)?.[1]).toBe(
    'shop/web (east): it failed\nshop/web (west): \nrate 0.9 (1 of 2 failed, l)',
  )
})
