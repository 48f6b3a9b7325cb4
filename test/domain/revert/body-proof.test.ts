import { describe, expect, it } from 'vitest'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { BodyInput } from '../../../src/domain/revert/pull-request-body.ts'
import { provenByIn } from '../../../src/domain/revert/pull-request-proof.ts'
import { added, body, code, commandsIn, commit, facts, names, release, sha } from './a-body.ts'

// Why a revert is right, and what it leaves as it is, line by line.

const of = (change: Partial<Release>): Partial<BodyInput> => ({ releases: [{ ...release, ...change }] })
const source = (change: Partial<SourceFacts>): Partial<BodyInput> => ({ source: facts(change) })
const proof = facts().proof as NonNullable<SourceFacts['proof']>

describe('how a revert is proven', () => {
  const RENDERED =
    'Proven by rendering: the commit that failed renders what ran and failed, the one before it what runs now, and this revert renders ' +
    'what runs now.'
  const STANDS_IN =
    ' Neither Argo CD nor Kedge remembers the sync that brought the running version, so `aaaaaaaaaaaa` stands for it: the newest commit ' +
    'before the failed one that renders it.'
  const byRendering = { provenBy: 'rendering' } as const

  it.each<[string, Partial<SourceFacts>, string]>([
    ['by rendering', byRendering, RENDERED],
    ['by rendering, where another commit stands for that of N', { ...byRendering, goodStandsIn: true }, RENDERED + STANDS_IN],
    ['by rendering, where N has no commit', { ...byRendering, goodStandsIn: true, good: null }, RENDERED],
    ['by files, and why', { notRendered: 'It is <Helm>.' }, 'Proven by files: It is &lt;Helm&gt;. What it is rendered from was compared.'],
  ])('is told: %s', (_, change, words) => {
    expect(added(source(change))).toContain(words)
  })

  it('is not told where there is no proof', () => {
    expect(body(source({ proof: null }))).not.toMatch(/Proven|Proof/)
  })

  it('is read again from the body', () => {
    expect([body(source(byRendering)), body(), 'else'].map(provenByIn)).toEqual(['rendering', 'files', undefined])
  })

  it('of an Experiment is by rendering, and speaks of no version that runs', () => {
    const [first, second] = added({ ...of({ rollout: 'experiment:ab' }), ...source({}) }).slice(-3)
    expect(first).toMatch(
      /^Proven by rendering: between what was synced before it .* as at `aaaaaaaaaaaa`, and all else as the branch does\.$/,
    )
    expect(second).toBe(
      `What the Application is rendered from is the same at this revert as at \`${sha('a')}\`: fingerprint \`f00\` both times. ` +
        `Commit \`${sha('c')}\`, tree \`${sha('d')}\`.`,
    )
  })

  it('of an Experiment has no name of a commit before it where none is known', () => {
    const text = body({ ...of({ rollout: 'experiment:ab' }), ...source({ good: null }) })
    expect(text).toContain('renders them as at `  `, and all else as the branch does.')
  })

  it('names the fields that merging changes, with values of images alone', () => {
    const changedFields = [
      { path: 'spec.a' },
      { path: 'spec.image', image: { before: 'r/web:v2', after: 'r/web:v1' } },
      { path: 'spec.gone', image: { before: undefined, after: undefined } },
    ] as unknown as SourceFacts['changedFields']
    expect(added(source({ changedFields }))).toEqual([
      "In the Rollout's spec, merging changes:",
      '- `spec.a`',
      '- `spec.image`: `r/web:v2` → `r/web:v1`',
      '- `spec.gone`: `–` → `–`',
    ])
    expect(added(source({ changedFields: [] }))).toEqual([])
  })

  it('names twenty fields and thirty files, and says how many more there are', () => {
    const fields = (count: number): Partial<BodyInput> => source({ changedFields: names(count).map((path) => ({ path })) as never })
    expect(added(fields(20)).slice(1)).toEqual(names(20).map((path) => `- \`${path}\``))
    expect(added(fields(22)).slice(20)).toEqual(['- `f20`', '- … 2 more'])
    const files = (count: number): Partial<BodyInput> =>
      source({ proof: { ...proof, files: names(count).map((path) => ({ path, before: null, after: sha('2') })) } })
    expect(added(files(30))).toEqual(names(30).map((path) => `| \`${path}\` | absent | \`222222222222\` |`))
    expect(added(files(32)).slice(29)).toEqual(['| `f30` | absent | `222222222222` |', '| … 2 more | | |'])
  })
})

describe('the commands that check a revert', () => {
  const later = commit(sha('e'), 'Scale web')
  const DIFF = `git diff --stat ${sha('a')} ${sha('c')} --`

  it.each<[string, Partial<SourceFacts>, string]>([
    [
      'folders, as they are called',
      {
        inputs: [
          { path: 'apps/web', glob: false },
          { path: '', glob: false },
        ],
      },
      `${DIFF} apps/web .`,
    ],
    [
      'patterns and odd names, quoted',
      {
        inputs: [
          { path: 'a/*.yaml', glob: true },
          { path: 'b c', glob: false },
        ],
      },
      `${DIFF} ':(glob)a/*.yaml' ':(literal)b c'`,
    ],
    ['twenty of them', { inputs: names(20).map((path) => ({ path, glob: false })) }, `${DIFF} ${names(20).join(' ')}`],
    ['what is restored, where something stays', { staying: [later] }, `${DIFF} apps/web/rollout.yaml`],
  ])('name %s', (_, change, line) => {
    expect(commandsIn(body(source(change))).split('\n')[2]).toBe(line)
  })

  it('say what they print', () => {
    const said = (change: Partial<SourceFacts>): readonly string[] =>
      commandsIn(body(source(change)))
        .split('\n')
        .filter((line) => line.startsWith('#'))
    expect(said({})).toEqual(['# prints nothing: what is rendered is as it was', '# prints the files below, and no others'])
    expect(body(source({ staying: [later] }))).toContain('\nWhat is restored is the same at this revert')
    expect(said({ staying: [later] })[0]).toBe('# prints nothing: what is restored is as it was')
  })

  it.each<[string, Partial<SourceFacts>]>([
    ['there is no branch', { branch: null }],
    ['N has no commit', { good: null }],
    ['nothing is compared', { inputs: [] }],
    ['there is too much to compare', { inputs: names(21).map((path) => ({ path, glob: false })) }],
  ])('are left out where %s', (_, change) => {
    expect(body(source(change))).not.toMatch(/Check it in a clone|```sh/)
  })

  it('are told where only fields go back', () => {
    const byFields = [{ path: 'apps/web/rollout.yaml', fields: ['spec.a'], since: [later] }]
    const whole = body(source({ staying: [later], byFields }))
    expect(whole).not.toContain('fingerprint')
    const text = commandsIn(whole)
    expect(text.split('\n').slice(1)).toEqual([
      '# shows the files below and the fields above, and no others',
      `git diff ${sha('c')}^ ${sha('c')}`,
      '',
    ])
  })
})

describe('what stays', () => {
  const commits = (...digits: string[]): SourceFacts['staying'] => digits.map((digit) => commit(sha(digit), 'x'))
  const field = (since: SourceFacts['staying'], fields: readonly string[] = ['spec.a']): SourceFacts['byFields'] => [
    { path: 'a.yaml', fields, since },
  ]
  const left = (paths: readonly string[], by: SourceFacts['staying'] = []): readonly string[] =>
    added(source({ leftOut: { paths, commits: by } })).filter((line) => line.startsWith('- Leaves'))
  const WITH = [
    "this Rollout's spec, but for how many pods it has, and the Application's AnalysisTemplates are rendered as they were when it failed.",
  ]

  it('is what came later and touches nothing that goes back', () => {
    expect(added(source({ staying: commits('e', 'f') }))).toContain(
      `- 2 later commit(s) that touch nothing that is restored stay as they are: \`eeeeeeeeeeee\`, \`ffffffffffff\`. With them, ${WITH[0]}`,
    )
    expect(added({ ...of({ rollout: 'experiment:ab' }), ...source({ staying: commits('e') }) })).toContain(
      '- 1 later commit(s) that touch nothing that is restored stay as they are: `eeeeeeeeeeee`. With all that came later, the ' +
        'Experiment is rendered as it was when it failed.',
    )
  })

  it('is what changed the same file since', () => {
    const lines = (by: SourceFacts['byFields']): string | undefined => added(source({ byFields: by }))[0]
    expect(lines(field(commits('e', 'f')))).toBe(
      '- In `a.yaml`, this field is as at `aaaaaaaaaaaa` again: `spec.a`. `eeeeeeeeeeee`, `ffffffffffff` have changed it since, and that ' +
        'stays, comments and all.',
    )
    expect(lines(field(commits('e'), []))).toBe(
      '- Leaves `a.yaml` as it is: the release changed no value in it, and `eeeeeeeeeeee` has changed it since, and that stays.',
    )
  })

  it('is what only other Rollouts differ in', () => {
    const ONLY = 'only other Rollouts of the Application'
    expect(left([])).toEqual([])
    expect(left(['a', 'b'])).toEqual([`- Leaves \`a\`, \`b\` as they are: ${ONLY} differ in them.`])
    expect(left(['a'], commits('e'))).toEqual([
      `- Leaves \`a\` as they are: ${ONLY} differ in them, and so do these commits: \`eeeeeeeeeeee\`.`,
    ])
    expect(left([], commits('e'))).toEqual([`- Leaves what these commits did as it is: ${ONLY} change by them: \`eeeeeeeeeeee\`.`])
  })

  it('is named up to ten times', () => {
    expect(left(names(10))).toEqual([expect.stringContaining(`Leaves ${code(names(10))} as they are`)])
    expect(left(names(11))).toEqual([expect.stringContaining(`Leaves ${code(names(10))}, … as they are`)])
  })
})
