import type { CommitSha, GitCommit } from '../../../../src/domain/application/commit.ts'
import { gitSources } from '../../../../src/domain/application/inputs.ts'
import { notRendered, type NotRendered, type RenderedRollout, type Rendering } from '../../../../src/domain/application/rendered.ts'
import type { LiveTemplate } from '../../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../../src/domain/sealed.ts'
import { readVersions, type ContentQuestion, type Versions } from '../../../../src/reconcile/git-facts/question/versions.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { aReplicaSet } from '../../../domain/release/a-look.ts'
import { kept, live, template } from '../../../domain/rollout/templates.ts'
import { anApplication } from '../../an-application.ts'

export const shaOf = (digit: string): CommitSha => digit.repeat(40) as CommitSha
export const commit = (digit: string, ...parents: readonly string[]): GitCommit =>
  ({ sha: shaOf(digit), subject: `web ${digit}`, parents: parents.map(shaOf) }) as unknown as GitCommit
export const [GOOD, REVISION] = [commit('a'), commit('b', 'c')]
const [N, NEXT] = [aReplicaSet('old', 1), aReplicaSet('abc', 2)]

export const rolloutOf = (container: object, spec: object = {}): RenderedRollout => ({
  template: new Sealed(template(container)),
  spec: new Sealed({ ...spec, template: template(container) }),
  analysis: undefined,
})
export const rendered = (container: object, spec: object = {}): Rendering => ({ result: 'rendered', rollout: rolloutOf(container, spec) })
export const unknown = (why: NotRendered): Rendering => notRendered(why, `Why ${why}.`)
/** What something makes of a template on its way in. */
export const rewritten = (container: object): LiveTemplate => live(kept({ ...container, tty: true }))
export const DEEP = { extra: Array.from({ length: 70 }).reduce<object>((inner) => ({ inner }), {}) }
/** In another order than the manifest has it. */
export const [ENV, REORDERED] = [
  [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
  [
    { name: 'B', value: '2' },
    { name: 'A', value: '1' },
  ],
]
export const WEB_1 = { image: 'web:1' }
export const WEB_2 = { image: 'web:2' }

export interface Told {
  /** What commits render, by the digit that they are named by; by default N's and N+1's render these. */
  readonly at?: Readonly<Record<string, Rendering>>
  readonly n?: LiveTemplate | 'forbidden' | null
  readonly next?: LiveTemplate | 'forbidden' | null
  readonly question?: Partial<ContentQuestion>
}

/** A question of which the chart was applied as well; what was rendered for it, by these digits with the version of the chart. */
export function aQuestion({ at, n = live(kept(WEB_1)), next = live(kept(WEB_2)), question }: Told = {}) {
  const renders: Readonly<Record<string, Rendering>> = { a: rendered(WEB_1), b: rendered(WEB_2), ...at }
  const asked: string[] = []
  const application = anApplication([{}, { chart: 'web' }])
  const [source] = gitSources(application)
  if (!source) throw new Error('no source')
  const applied = (digit: string, chart: string) => ({ application: 'argocd/web', revisions: [shaOf(digit), chart] })
  const asking: ContentQuestion & { source: typeof source } = {
    renderings: {
      async at([revision = '', chart = ''], options) {
        asked.push(`${revision[0]} ${chart}${options?.isUnpublished ? ' unpublished' : ''}`)
        return renders[revision[0] ?? ''] ?? unknown('absent')
      },
      live: async ({ podTemplateHash }) => (podTemplateHash === 'old' ? n : next) ?? undefined,
    },
    application,
    release: aRelease({ key: 'r', applied: applied('b', '2.0.0'), goodApplied: applied('a', '1.0.0') }),
    failing: NEXT,
    stable: N,
    pushed: undefined,
    isLate: false,
    source,
    ...question,
  }
  return { asking, asked }
}

export const UNKNOWN = { good: null, culprits: [], paths: [], otherFiles: [] }

/** The two versions of such a question. @throws Error where files have to do */
export async function versionsOf(told: Told = {}): Promise<Versions & { by: 'rendering' }> {
  const versions = await readVersions(aQuestion(told).asking, { revision: REVISION, good: GOOD })
  if (versions.by === 'files') throw new Error(versions.because)
  return versions
}
export const FILES: Versions = { by: 'files', because: 'It says why.' }
