import type { UnmetWish, Wish } from '../../domain/release/wish.ts'
import type { Renderer } from '../../ports/renderer.ts'
import type { Environment } from '../environment.ts'
import type { Look } from './observe.ts'
import { readWish } from './read-wish.ts'
import { createWorkQueue } from './work-queue.ts'

/** A normal sync takes seconds: until then nothing is wrong. */
const GRACE_MS = 15_000
/** A sync that runs may wait for hooks and waves. */
const RUNNING_MS = 5 * 60_000
/** Where nobody says by then what is rendered, Argo CD's word has to do. */
const PATIENCE_MS = 10_000
const CONCURRENCY = 2

/** Remembers since when a Rollout is not as Git asks for. In memory only: after a restart it has to hold anew. */
export interface Wishes extends Disposable {
  /**
   * Takes in what a look shows, and asks the renderer once it has held; no look waits for that. `isFirst`: the first look at the cluster,
   * so what it shows was so before. @returns when to look again (by the clock's `elapsed`), where something has to hold until then
   */
  follow(key: string, look: Look, given: { isFirst: boolean }): number | undefined
  /** What has held long enough to be told, for this template. */
  unmet(key: string, podTemplateHash: string | undefined): UnmetWish | undefined
  /** Resolves when nobody is being asked. */
  idle(): Promise<void>
}

interface Entry {
  podTemplateHash: string
  /** Epoch milliseconds. */
  since: number
  /** The same moment by the clock's `elapsed`, as is `askedAt`. */
  began: number
  wasThere: boolean
  /** The newest look, and what tells it from others as far as the answer goes. */
  look: Look
  token: string
  /** When it was first asked what is rendered, what was asked last, and what the newest answer was given to. */
  askedAt: number | undefined
  asked: string | undefined
  answered: string | undefined
  answer: Wish | undefined
}

type Known = Pick<Environment, 'clock' | 'random' | 'logger'> & { renderer: Pick<Renderer, 'render'> }

/** See {@link Wishes}. `again`: asks for another look, because more is known. */
export function createWishes(environment: Known, again: (key: string) => void): Wishes {
  const { clock, logger, random } = environment
  const entries = new Map<string, Entry>()
  const questions = createWorkQueue({
    clock,
    random,
    concurrency: CONCURRENCY,
    async process(key) {
      const entry = entries.get(key)
      if (!entry || entry.answered === entry.token) return
      const { token, look } = entry
      entry.answer = await readWish(environment, look)
      entry.answered = token
      again(key)
    },
    onError: (key, error) => logger.warn('what Git asks for could not be rendered', { rollout: key, error: String(error) }),
  })

  return {
    follow(key, look, { isFirst }) {
      const { wish, now: since } = look.observation
      const now = clock.elapsed()
      const hash = look.rollout?.currentPodHash
      if (hash === undefined || wish.state === 'met' || wish.state === 'unknown') return void entries.delete(key)
      const known = entries.get(key)
      const token = JSON.stringify([wish.state, wish.revisions, look.observation.syncs[0]?.revisions])
      const began = {
        podTemplateHash: hash,
        since,
        began: now,
        wasThere: isFirst,
        askedAt: undefined,
        asked: undefined,
        answered: undefined,
        answer: undefined,
      }
      // The same entry as long as the template stays: an answer on its way is for it, whatever is looked at meanwhile.
      const entry: Entry = Object.assign(known?.podTemplateHash === hash ? known : began, { look, token })
      entries.set(key, entry)
      const dueAt = entry.began + (entry.wasThere ? 0 : graceOf(look))
      // The first look at a cluster waits for nobody: it is taken at every Rollout before anything is decided.
      if (isFirst || (entry.askedAt === undefined && now < dueAt)) return dueAt
      entry.askedAt ??= now
      // What is being asked already is asked again at the queue's own pace: each look would drive it on.
      if (entry.answered !== token && entry.asked !== token) questions.add(key)
      entry.asked = token
      const impatientAt = entry.askedAt + PATIENCE_MS
      return entry.answer || now >= impatientAt ? undefined : impatientAt
    },
    unmet(key, podTemplateHash) {
      const entry = entries.get(key)
      if (entry?.askedAt === undefined || entry.podTemplateHash !== podTemplateHash) return undefined
      const { answer, look, since, wasThere, askedAt } = entry
      const wish = answer ?? (clock.elapsed() - askedAt >= PATIENCE_MS ? look.observation.wish : undefined)
      if (wish?.state !== 'undone' && wish?.state !== 'waiting-for-sync') return undefined
      return { ...wish, state: wish.state, podTemplateHash, since, wasThere }
    },
    idle: () => questions.idle(),
    [Symbol.dispose]: () => questions[Symbol.dispose](),
  }
}

function graceOf({ applications: [application] }: Look): number {
  return application?.operation?.phase === 'Running' ? RUNNING_MS : GRACE_MS
}
