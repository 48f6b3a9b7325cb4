import type { Release } from '../../domain/release/release.ts'
import type { HeldWish, Wish } from '../../domain/release/wish.ts'
import type { Environment } from '../environment.ts'
import { isUndoneBy, type Look } from '../look/observe.ts'
import { readWish, type WishReader } from './read-wish.ts'
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
  /** What has held long enough to be told, for this template; undefined where it is as Git asks, and while nothing has. */
  held(key: string, podTemplateHash: string | undefined): HeldWish | undefined
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
  /** The ledger knew it: nothing has to hold first. */
  isKnown: boolean
  /** The newest look that says what Git asks for, and what tells it from others as far as the answer goes; undefined before the first. */
  look: Look
  token: string | undefined
  /** When it was first asked what is rendered, what was asked last, and what the newest answer was given to. */
  askedAt: number | undefined
  asked: string | undefined
  answered: string | undefined
  answer: Wish | undefined
  /** Since when nobody says what Git asks for, and why; undefined while somebody does. */
  unknown: { since: number; began: number; why: Wish['why'] } | undefined
}

type Known = Pick<Environment, 'clock' | 'random' | 'logger'> & WishReader

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
      if (entry?.token === undefined || entry.answered === entry.token) return
      const { token, look } = entry
      entry.answer = await readWish(environment, look)
      entry.answered = token
      // What is looked at by now was answered before, or is asked about next: this answer is not its own.
      if (entry.asked !== token) entry.asked = undefined
      again(key)
    },
    onError: (key, error) => logger.warn('what Git asks for could not be rendered', { rollout: key, error: String(error) }),
  })

  /** Asks what is rendered, where it has held. @returns when Argo CD's word has to do */
  function askOnce(key: string, entry: Entry): number | undefined {
    entry.askedAt ??= clock.elapsed()
    // What is being asked already is asked again at the queue's own pace: each look would drive it on.
    if (entry.answered !== entry.token && entry.asked !== entry.token) questions.add(key)
    entry.asked = entry.token
    const impatientAt = entry.askedAt + PATIENCE_MS
    return entry.answer || clock.elapsed() >= impatientAt ? undefined : impatientAt
  }

  return {
    follow(key, look, { isFirst }) {
      const { wish, open, syncs } = look.observation
      const now = clock.elapsed()
      const hash = look.rollout?.currentPodHash
      if (hash === undefined || wish.state === 'met' || isUnowned(wish)) return void entries.delete(key)
      const known = entries.get(key)
      const isSame = known?.podTemplateHash === hash && (wish.state === 'unknown' || known.token !== undefined)
      const isKnown = open.some((release) => isToldBeside(release, hash))
      // The same entry as long as the template stays: an answer on its way is for it, whatever is looked at meanwhile.
      const entry = isSame ? known : newEntry(hash, look, { began: now, wasThere: isFirst, isKnown })
      if (wish.state === 'unknown') {
        entries.set(key, entry)
        return noteUnknown(entry, look.observation, now)
      }
      const token = JSON.stringify([wish.state, wish.revisions, syncs[0]?.revisions])
      entries.set(key, Object.assign(entry, { look, token, unknown: undefined }))
      const dueAt = entry.began + (entry.wasThere || entry.isKnown ? 0 : graceOf(look))
      // The first look at a cluster waits for nobody: it is taken at every Rollout before anything is decided.
      if (isFirst || (entry.askedAt === undefined && now < dueAt)) return dueAt
      return askOnce(key, entry)
    },
    held(key, podTemplateHash) {
      const entry = entries.get(key)
      if (!entry || entry.podTemplateHash !== podTemplateHash) return undefined
      const { answer, look, since, wasThere, askedAt, unknown } = entry
      const of = { podTemplateHash, since, wasThere }
      if (unknown && clock.elapsed() - unknown.began >= GRACE_MS)
        return { ...of, state: 'unknown', revisions: [], why: unknown.why, since: unknown.since }
      if (askedAt === undefined) return undefined
      const wish = answer ?? (clock.elapsed() - askedAt >= PATIENCE_MS ? look.observation.wish : undefined)
      return wish && { ...wish, ...of }
    },
    idle: () => questions.idle(),
    [Symbol.dispose]: () => questions[Symbol.dispose](),
  }
}

/** What was said before holds for as long as a normal sync takes. @returns when it does no longer */
function noteUnknown(entry: Entry, { now: since, wish: { why } }: Look['observation'], now: number): number | undefined {
  entry.unknown = { ...(entry.unknown ?? { since, began: now }), why }
  const dueAt = entry.unknown.began + GRACE_MS
  return now < dueAt ? dueAt : undefined
}

/** Nobody says what Git asks for, and nobody ever will. */
function isUnowned({ state, why }: Wish): boolean {
  return state === 'unknown' && why === undefined
}

/** Whether the ledger knows already that Git asks for something else than this template, which the cluster was told. */
function isToldBeside(release: Release, podTemplateHash: string): boolean {
  const { wish } = release
  return (
    isUndoneBy(release, podTemplateHash) || (release.podTemplateHash === podTemplateHash && wish !== undefined && wish.state !== 'unknown')
  )
}

function newEntry(podTemplateHash: string, look: Look, given: Pick<Entry, 'began' | 'wasThere' | 'isKnown'>): Entry {
  return {
    ...given,
    podTemplateHash,
    since: look.observation.now,
    look,
    token: undefined,
    askedAt: undefined,
    asked: undefined,
    answered: undefined,
    answer: undefined,
    unknown: undefined,
  }
}

function graceOf({ applications: [application] }: Look): number {
  return application?.operation?.phase === 'Running' ? RUNNING_MS : GRACE_MS
}
