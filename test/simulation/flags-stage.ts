import type { CommitSha } from '../../src/domain/application/commit.ts'
import { createAlertStage, PR_BY_BURN, type AlertStage } from './alerts-stage.ts'

export const MINUTE = 60_000
export const BAKE = 10 * MINUTE
export const FLAGS = 'apps/web/flags/web.yaml'

/** A ConfigMap of flags, as a file. */
export const flags = (level: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flags' }, data: { level } })

export const SOURCE = {
  repoURL: 'https://git.example/shop/gitops.git',
  targetRevision: 'main',
  path: 'apps/web',
  directory: { recurse: true },
}
export const policy = { prCauses: PR_BY_BURN, bakeMs: BAKE, flags: ['apps/*/flags/**'] }

/** v1 runs for long, with its flags off. */
export async function running(more: Parameters<typeof createAlertStage>[0] = {}): Promise<AlertStage> {
  const stage = await createAlertStage({ policy, ...more })
  stage.app.change({ sources: [SOURCE] })
  stage.app.sync(stage.commit({ [FLAGS]: flags('off') }, 'flag off'))
  await stage.show()
  await stage.advance(2 * BAKE + MINUTE)
  return stage
}

/** An alert begins a while after what was synced last. */
export async function burn(stage: AlertStage): Promise<void> {
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
}

/** A commit turns the flag, and is synced. */
export async function flag(stage: AlertStage, level: string, more: Record<string, string> = {}): Promise<CommitSha> {
  const commit = stage.commit({ [FLAGS]: flags(level), ...more }, `flag ${level}`)
  stage.app.sync(commit)
  await stage.show()
  return commit
}
