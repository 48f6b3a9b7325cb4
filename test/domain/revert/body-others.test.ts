import { describe, expect, it } from 'vitest'
import type { BodyInput } from '../../../src/domain/revert/pull-request-body.ts'
import { added, code, facts, names, release } from './a-body.ts'

// What a body says of all that goes back beside the release.

const source = (...change: Parameters<typeof facts>): Partial<BodyInput> => ({ source: facts(...change) })

describe('other Rollouts of the Application', () => {
  const other = (name: string, isKnown: boolean, runs: readonly string[] = [], more: object = {}): unknown => ({
    name,
    isKnown,
    isBack: false,
    runs,
    images: [],
    ...more,
  })
  const others = (...otherRollouts: unknown[]): readonly string[] => added(source({ otherRollouts } as never))
  const LIKE = 'rolled out like a release, with steps and new pods.'
  const UNKNOWN = '- It is not known whether it takes other Rollouts of the Application back, too:'

  it('go back as well, like a release, or are what they run already', () => {
    const images = [
      { before: 'r/job:2', after: 'r/job:1' },
      { before: undefined, after: undefined },
    ]
    expect(
      others(other('shop/job', true, [], { images }), other('shop/a', true, ['a:1']), other('shop/b', true, ['b:1'], { isBack: true })),
    ).toEqual([
      `- **Takes \`shop/job\` back, too**: \`r/job:2\` to \`r/job:1\`, none to none. It is ${LIKE}`,
      `- **Takes \`shop/a\` back, too**. It runs \`a:1\`, and is ${LIKE}`,
      '- **Takes `shop/b` back, too**. That is what it runs already: no steps, no new pods.',
    ])
  })

  it('are named where it is not known', () => {
    expect(others(other('shop/a', false), other('shop/b', false, ['b:1', 'b:2']))).toEqual([
      `${UNKNOWN} \`shop/a\`, \`shop/b\` (it runs \`b:1\`, \`b:2\`).`,
    ])
  })

  it('are no more than twenty of each', () => {
    const lines = others(...names(21, 'k').map((name) => other(name, true)), ...names(21, 'u').map((name) => other(name, false)))
    expect(lines.slice(0, -1)).toEqual(names(20, 'k').map((name) => `- **Takes \`${name}\` back, too**. It is ${LIKE}`))
    expect(lines.at(-1)).toBe(`${UNKNOWN} ${code(names(20, 'u'))}.`)
  })

  it('may come back where only files prove it: of the Applications that are known', () => {
    const applied = { application: 'argocd/shop', revisions: [] }
    const [said] = added({
      releases: [
        { ...release, applied },
        { ...release, cluster: 'west', applied },
      ],
      ...source({ provenBy: 'files' }),
    }).filter((line) => line.includes('made of these files'))
    expect(said).toMatch(/^- What `argocd\/shop` made of these files and does not by now comes back with them, .* would name it\.$/)
    expect(added({ releases: [{ ...release, applied: null }], ...source({ provenBy: 'files' }) })).toEqual([
      expect.stringMatching(/^- What the Application made of these files/),
    ])
  })
})

describe('other Applications', () => {
  const CHANGED = [
    '### Other Applications that this changes',
    'They render something else at this revert. Those that are healthy on the new version will roll out the old one.',
  ]
  const DOUBT = 'Of these it could not be told whether this changes them, so look before you merge:'

  it.each<[string, string[], string[], readonly string[]]>([
    ['that it changes', ['a', 'b'], [], [...CHANGED, '- `a`', '- `b`']],
    ['that it may change', [], ['a', 'b'], ['### Other Applications that this may change', `${DOUBT} \`a\`, \`b\`.`]],
    ['of both kinds', ['a'], ['b'], [...CHANGED, '- `a`', `${DOUBT} \`b\`.`]],
    [
      'of both kinds, fifty of each',
      names(51, 'a'),
      names(51, 'b'),
      [...CHANGED, ...names(50, 'a').map((name) => `- \`${name}\``), `${DOUBT} ${code(names(50, 'b'))}.`],
    ],
  ])('are named %s', (_, otherApplications, untoldApplications, lines) => {
    expect(added(source({ otherApplications, untoldApplications }))).toEqual(lines)
  })
})
