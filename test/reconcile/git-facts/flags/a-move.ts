import { createVirtualClock } from '../../../../src/adapters/replay/virtual-clock.ts'
import type { AppliedRevision } from '../../../../src/domain/application/applied-revision.ts'
import { notRendered } from '../../../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot, HistoryEntry } from '../../../../src/domain/application/snapshots.ts'
import type { Observation } from '../../../../src/domain/release/observation.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import { Sealed } from '../../../../src/domain/sealed.ts'
import type { GitRepository } from '../../../../src/ports/git.ts'
import type { RenderQuestion } from '../../../../src/ports/renderer.ts'
import type { Environment } from '../../../../src/reconcile/environment.ts'
import { createGitMoved } from '../../../../src/reconcile/git-facts/flags/git-moved.ts'
import type { Look } from '../../../../src/reconcile/look/observe.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { aLook } from '../../../domain/release/a-look.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { anApplication, REPO } from '../../an-application.ts'
import { aBranch, type Branch } from '../a-branch.ts'

export const CHARTS = 'https://git.example/shop/charts.git'
/** A commit that is nowhere. */
export const NOWHERE = 'f'.repeat(40)

/** The Rollout's own file. */
export const web = (tag: string, level = 1): Files => ({
  'apps/web/rollout.yaml': `kind: Rollout\nmetadata:\n  name: web\nspec:\n  image: ${tag}\n  level: ${level}\n`,
})
export const config = (text: string): Files => ({
  'apps/web/config.yaml': `kind: ConfigMap\nmetadata:\n  name: web\ndata:\n  x: ${text}\n`,
})

/** What a sync applied: a commit of each source, by its place. */
type Sync = Partial<AppliedRevision> | number

export interface Move {
  /** What each commit changes: N is the first, N+1 the second, and the last is what was synced newest. */
  changes: readonly Files[]
  applied: Sync
  newest: Sync
  release: (shas: readonly string[]) => Partial<Release>
  application: Partial<ApplicationSnapshot> | null
  sources: Parameters<typeof anApplication>[0]
  /** Commits that are in the history. */
  history: readonly number[]
  /** Whether Argo CD was seen to find N as Git asks, since. */
  isAsked: boolean
  look: Partial<Observation>
  /** What commits render, where that is told, by their place. */
  rendered: Readonly<Record<number, string>>
  git: (repository: GitRepository) => Partial<GitRepository>
}

/** A look after a release that failed, and what is asked of Git for it. */
export async function aMove(given: Partial<Move> = {}) {
  const branch = await aBranch(given.changes ?? [web('v1'), web('v2'), config('a')])
  const shas = branch.commits.map(({ sha }) => sha)
  const clock = createVirtualClock(0)
  const asked: (readonly string[])[] = []
  const environment = {
    clock,
    repositories: { open: async (url: string) => opened(url, branch, given) },
    renderer: {
      render: async ({ revisions }: RenderQuestion) => {
        asked.push(revisions)
        const text = given.rendered?.[shas.findIndex((sha) => revisions.includes(sha))]
        if (text === undefined) return notRendered('unsupported', 'Nobody renders it.')
        return { result: 'rendered', rollout: { template: new Sealed({ spec: { containers: [{ name: 'web', image: text }] } }) } }
      },
    },
  } as unknown as Environment
  const moved = createGitMoved(environment)
  return { moved, clock, asked, shas, look: (more: Partial<Move> = {}) => lookOf(shas, { ...given, ...more }) }
}

function opened(url: string, { repository }: Branch, { git }: Partial<Move>): GitRepository {
  if (url !== REPO) return { ...repository, has: async () => false }
  return { ...repository, ...git?.(repository) }
}

function lookOf(shas: readonly string[], given: Partial<Move>): { look: Look; release: Release } {
  const said = (sync: Sync, place: number): AppliedRevision => {
    const revisions = [typeof sync === 'number' ? (shas.at(sync) ?? '') : (shas.at(place) ?? '')]
    return { application: 'argocd/web', revisions, ...(typeof sync === 'object' && sync) }
  }
  const [good, revision] = shas
  const release = aRelease({
    key: 'r',
    applied: said(given.applied ?? 1, 1),
    goodApplied: said(0, 0),
    goodRevision: good as Release['goodRevision'],
    revision: revision as Release['revision'],
    rolloutRevision: 2,
    ...given.release?.(shas),
  })
  const history = (given.history ?? []).map((at, id): HistoryEntry => {
    return { id, revisions: [shas.at(at) ?? ''], sources: [], deployStartedAt: undefined, deployedAt: 0 }
  })
  const stay = given.isAsked === true ? 3 : undefined
  const observation = aLook(
    { currentPodHash: 'old', stableRS: 'old' },
    {
      syncs: [{ ...said(given.newest ?? -1, -1), startedAt: 1, endedAt: 1 }],
      open: [release],
      replicaSets: [{ podTemplateHash: 'old', rolloutRevision: 3 } as Observation['replicaSets'][number]],
      version: (hash) => (hash === 'old' && stay !== undefined ? ({ stay } as ReturnType<Observation['version']>) : undefined),
      ...given.look,
    },
  )
  const application = anApplication(given.sources ?? [{}], { history, ...given.application })
  const applications = given.application === null ? [] : [application]
  return { look: { applications, releases: [release], observation } as unknown as Look, release }
}

/** What Git says of a release, once it was asked. */
export async function whetherMoved(given: Partial<Move> = {}): Promise<ReturnType<Observation['movedInGit']>> {
  const { moved, look } = await aMove(given)
  const { look: seen, release } = look()
  await moved.ask(seen)
  return moved.of(seen)(release)
}
