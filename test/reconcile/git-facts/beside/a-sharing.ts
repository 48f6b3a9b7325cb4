import { expect } from 'vitest'
import { createVirtualClock } from '../../../../src/adapters/replay/virtual-clock.ts'
import type { ApplicationSnapshot, SourceSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import type { GitRepository } from '../../../../src/ports/git.ts'
import { findSharing, type Other } from '../../../../src/reconcile/git-facts/beside/sharing.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { anApplication } from '../../an-application.ts'
import { aBranch } from '../a-branch.ts'

const NAME = 'git.example/shop/gitops'

export interface Asked {
  /** Files that are restored; by default those of web. */
  paths: readonly string[]
  /** What came after N+1. */
  since: Files
  git: (repository: GitRepository) => Partial<GitRepository>
  clock: ReturnType<typeof createVirtualClock>
  baseBranch: string
}

export const other = (name: string, source: Partial<SourceSnapshot> = {}): ApplicationSnapshot =>
  anApplication([{ path: `apps/${name}`, ...source }], { name })

export const kustomization = (...resources: readonly string[]): string => `resources: ${JSON.stringify(resources)}\n`
export const BASE: Files = {
  'base/kustomization.yaml': kustomization('web.yaml'),
  'base/web.yaml': 'a: 1\n',
  'apps/web/kustomization.yaml': kustomization('../../base', 'x.yaml'),
  'apps/a/kustomization.yaml': kustomization('../../base'),
  'apps/b/kustomization.yaml': kustomization('b.yaml'),
  'apps/b/b.yaml': 'b: 1\n',
  'apps/c/kustomization.yaml': kustomization('../web/x.yaml'),
  'apps/h/Chart.yaml': 'name: h\n',
  'apps/j/j.jsonnet': "[import '../../base/web.yaml', import '../web/x.yaml']\n",
  'apps/k/k.jsonnet': "import '../web/web.libsonnet'\n",
  'apps/web/web.libsonnet': '{}\n',
  'apps/o/kustomization.yaml': kustomization('../../overlays/eu'),
  'overlays/eu/kustomization.yaml': kustomization('../../apps/web'),
}

/** The names of those that share what is restored, and of those of which that cannot be told. */
export async function sharing(others: readonly ApplicationSnapshot[], given: Partial<Asked> = {}, files: Files = BASE) {
  const { paths = ['base/web.yaml'], since, git, clock = createVirtualClock(0), baseBranch = 'main' } = given
  const { repository, commits } = await aBranch([files, ...(since ? [since] : [])])
  const [revision, head] = [commits[0], commits.at(-1)]
  if (!revision || !head) throw new Error('there is a commit')
  const over = { ...repository, ...git?.(repository) }
  const question = { application: other('web'), applications: [other('web'), ...others], clock }
  const found = await findSharing(question, over, { name: NAME, baseBranch, head: head.sha, paths, revision })
  const named = (all: readonly Other[]): readonly string[] => all.map(({ application }) => application.name)
  expect([...found.sharing, ...found.untold].every(({ source }) => source.repository === NAME)).toBe(true)
  return { sharing: named(found.sharing), untold: named(found.untold) }
}

export const remote = { 'apps/b/kustomization.yaml': kustomization('https://github.com/acme/base?ref=main') }
export const rejecting = (error: Error) => (): Partial<GitRepository> => {
  const reject = (): Promise<never> => Promise.reject(error)
  return { listFiles: reject, kindsAt: reject, readFiles: reject, readFile: reject, objectNames: reject }
}
export const gone = (retryable: boolean) => rejecting(new KedgeError('E_GIT_UNREACHABLE', 'no', { retryable }))

export const values = (count: number): Partial<SourceSnapshot> => ({ valueFiles: Array.from({ length: count }, (_, at) => `v${at}.yaml`) })
