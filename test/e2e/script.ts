import type { Landed, Latencies } from './play.ts'
import type { Place, Stage } from './stage.ts'

/** What has happened in one scenario so far, and where it plays. */
export interface Script {
  readonly stage: Stage
  readonly name: string
  readonly steps: { at: number; what: string }[]
  readonly landed: Landed[]
  readonly latencies: Latencies
  /** Where the Application is, and whether the source hydrator renders it. */
  readonly application: { namespace: string; isHydrated: boolean }
  /** When it failed; undefined as long as nobody has said so. */
  failure: number | undefined
  step(this: void, what: string): void
  /** Notes a commit that reached a branch. */
  land(this: void, sha: string, message: string, place: Place): void
}

/** An empty one. */
export function createScript(stage: Stage, name: string): Script {
  const script: Script = {
    stage,
    name,
    steps: [],
    landed: [],
    latencies: {},
    application: { namespace: stage.cluster.argocdNamespace, isHydrated: false },
    failure: undefined,
    step: (what) => void script.steps.push({ at: Date.now(), what }),
    land(sha, message, place) {
      script.landed.push({ at: Date.now(), sha, message, place })
      script.step(`commit ${sha.slice(0, 8)} ${message}`)
    },
  }
  return script
}

/** The collection that the Application is in. */
export function applicationsOf({ application }: Script): string {
  return `/apis/argoproj.io/v1alpha1/namespaces/${application.namespace}/applications`
}
