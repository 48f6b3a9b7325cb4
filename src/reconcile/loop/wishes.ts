import type { UnmetWish, Wish } from '../../domain/release/wish.ts'
import type { Environment } from '../environment.ts'
import type { Look } from './observe.ts'
import { readWish } from './read-wish.ts'

/** A normal sync takes seconds: until then nothing is wrong. */
const GRACE_MS = 15_000
/** A sync that runs may wait for hooks and waves. */
const RUNNING_MS = 5 * 60_000

/** Remembers since when a Rollout is not as Git asks for. In memory only: after a restart it has to hold anew. */
export interface Wishes {
  /**
   * Takes in what a look shows; asks the renderer once it has held. @returns when to look again (epoch ms), where that is not known
   * otherwise
   */
  follow(key: string, look: Look, given: { atOnce: boolean }): Promise<number | undefined>
  /** What has held long enough to be told, for this template. */
  unmet(key: string, podTemplateHash: string | undefined): UnmetWish | undefined
}

interface Entry {
  podTemplateHash: string
  since: number
  /** What the newest answer was given to. */
  asked: string | undefined
  answer: Wish | undefined
}

/** See {@link Wishes}. */
export function createWishes(environment: Pick<Environment, 'renderer'>): Wishes {
  const entries = new Map<string, Entry>()

  return {
    async follow(key, look, { atOnce }) {
      const { wish, now } = look.observation
      const hash = look.rollout?.currentPodHash
      if (hash === undefined || wish.state === 'met' || wish.state === 'unknown') return void entries.delete(key)
      let entry = entries.get(key)
      if (entry?.podTemplateHash !== hash) {
        entry = { podTemplateHash: hash, since: now, asked: undefined, answer: undefined }
        entries.set(key, entry)
      }
      const dueAt = entry.since + (atOnce ? 0 : graceOf(look))
      if (entry.answer === undefined && now < dueAt) return dueAt
      const asked = JSON.stringify([wish.state, wish.revisions, look.observation.syncs[0]?.revisions])
      if (entry.asked !== asked) {
        entry.answer = await readWish(environment, look)
        entry.asked = asked
      }
      return undefined
    },
    unmet(key, podTemplateHash) {
      const entry = entries.get(key)
      if (!entry?.answer || entry.podTemplateHash !== podTemplateHash) return undefined
      const { answer, since } = entry
      const { state } = answer
      return state === 'undone' || state === 'waiting-for-sync' ? { ...answer, state, podTemplateHash, since } : undefined
    },
  }
}

function graceOf({ applications: [application] }: Look): number {
  return application?.operation?.phase === 'Running' ? RUNNING_MS : GRACE_MS
}
