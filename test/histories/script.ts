import type { Verdict } from './world/host.ts'
import type { Change, Tool } from './world/manifests.ts'
import type { Kind } from './world/watches.ts'

export interface AppSetup {
  name: string
  tool: Tool
  rollouts: readonly string[]
  /** Plain folders: all Rollouts in one file. */
  oneFile: boolean
  /** The Application whose folder it deploys, too. */
  sharedWith?: string
  /** Kustomize and Helm: the overlay, or the file of values, that it is made of beside what is common; `prod` where nothing is said. */
  overlay?: string
  cluster: string
  /** Where its Rollouts are; its own name where nothing is said. */
  namespace?: string
  autoSync: boolean
  selfHeal: boolean
  waves: 'none' | 'before' | 'after'
  /** A webhook of its cluster rewrites its templates. */
  isRewritten?: boolean
  /** Whatever fails elsewhere runs well here. */
  faresWell?: true
  /** Its first version never comes up. */
  firstFails?: boolean
  /** `spec.revisionHistoryLimit`, where it is not the ten of Argo CD. */
  historyLimit?: number
}

export interface Setup {
  /** The first has Argo CD in it. */
  clusters: readonly string[]
  /** It has no Rollouts in it, and Kedge may read nothing but Applications there. */
  hub?: true
  apps: readonly AppSetup[]
  /** Argo CD and Kedge are told of a push at once; otherwise Argo CD looks every so often. */
  webhook: boolean
  pollMs: number
  lags: Readonly<Record<Kind, number>>
  /** How likely an event comes twice. */
  twice: number
  /** What fails together is told together, and held. */
  storms?: true
  /** A webhook of what Kedge does comes before the answer to it. */
  hintsInside?: true
  /** When Kedge first looks, milliseconds; by default once all is deployed. */
  kedgeStartsAt?: number
}

/** One deed at a time: `at` in milliseconds since the world began. */
export type Step = { at: number } & (
  | {
      kind: 'commit'
      app: string
      rollout: number
      change: Change
      /** What else the same commit changes. */
      also?: Change
      verdict: Verdict
      how: 'push' | 'merge' | 'squash' | 'bot'
      /** The same commit releases the other Rollouts of the Application. */
      both?: boolean
      /** The same commit releases another Application, which fares well. */
      with?: string
      /** The same commit gives every overlay of the folder that tag. */
      everywhere?: true
      /** Puts the tag back in that failed last (a bot that tries again). */
      again?: boolean
      /** Writes the tag that was there before by hand, which is a revert by no name. */
      back?: boolean
    }
  | { kind: 'commit-elsewhere'; value: number }
  | { kind: 'revert'; app: string; how: 'push' | 'merge'; subject: 'git' | 'plain' }
  | { kind: 'reapply'; app: string }
  /** One of several Rollouts is taken out of Git. */
  | { kind: 'remove'; app: string; rollout: number }
  | { kind: 'undo' | 'set-image' | 'retry' | 'abort' | 'promote-full'; app: string; rollout: number; verdict: Verdict }
  | { kind: 'scale'; app: string; rollout: number }
  | { kind: 'drain'; app: string; rollout: number; ms: number }
  | { kind: 'sync-off' | 'sync-on' | 'sync-now' | 'roll-back'; app: string }
  /** Argo CD may sync nothing for so long: a sync window. */
  | { kind: 'deny-syncs'; app: string; ms: number }
  /** `argocd app get --hard-refresh`. */
  | { kind: 'hard-refresh'; app: string }
  /** `kubectl delete rollout`. */
  | { kind: 'delete-rollout'; app: string; rollout: number }
  /** The Application is deleted and made anew, with its Rollouts or without. */
  | { kind: 'app-anew'; app: string; cascade: boolean; ms: number }
  /** It follows a tag of so many commits ago, or `main` again. */
  | { kind: 'retarget'; app: string; to: 'tag' | 'main'; ago: number }
  /** So many commits are taken off `main`. */
  | { kind: 'force-push'; drop: number }
  /** The next sync fails, before the Rollouts are applied or after. */
  | { kind: 'sync-fails'; app: string; when: 'before' | 'after' }
  | { kind: 'controller-away'; cluster: string; ms: number }
  | { kind: 'hush' | 'lose'; cluster: string; kinds: readonly Kind[]; ms: number }
  /** Its API server cannot be asked for so long. */
  | { kind: 'away'; cluster: string; ms: number }
  /** A push to the Git host takes so long from now on. */
  | { kind: 'slow-push'; ms: number }
  | { kind: 'restart'; ms: number }
  /** Kedge is restarted, and calls a cluster otherwise from then on, or has it in its configuration no more. */
  | { kind: 'reconfigure'; cluster: string; name?: string; ms: number }
  | { kind: 'merge-pr' | 'close-pr' }
)

export type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>

/** All that makes a world, as plain data: played again it goes the same way. */
export interface Script {
  seed: number
  setup: Setup
  steps: readonly Step[]
  /** When it ends, milliseconds. */
  endsAt: number
}
