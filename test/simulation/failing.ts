import type { RunningStage, Stage } from './stage.ts'

const MINUTE = 60_000

/** A commit in the app's folder that changes no template. */
export const touch = (stage: RunningStage, name: string): string => stage.commit({ [`apps/web/${name}.yaml`]: 'kind: ConfigMap\n' }, name)

/** A version is rolled out and fails, and Kedge has time to act. */
export async function fails(stage: RunningStage, tag: string): Promise<void> {
  stage.web.canary(tag)
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  await stage.advance(MINUTE)
}

/** The checks that refused, of the newest release that failed. */
export function refusals(stage: RunningStage): readonly string[] {
  const [newest] = stage.failed().toSorted((a, b) => b.rolloutRevision - a.rolloutRevision)
  const checks = newest?.decision?.checks ?? []
  return checks.filter(({ outcome }) => outcome === 'failed').map(({ id, detail }) => `${id}: ${detail}`)
}

/** What was decided of the first release that failed, and the check that refused it. */
export function failedCheck(stage: Stage): unknown {
  const decision = stage.failed()[0]?.decision
  return { action: decision?.action, check: decision?.checks.find((one) => one.outcome === 'failed')?.id, reason: decision?.reason }
}
