import type { Effect } from '../../domain/effect.ts'
import type { Standing } from '../../domain/release/standing.ts'
import { parseRolloutKey, rolloutKey } from '../../domain/rollout/key.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { CardAnswer } from '../../ports/interaction.ts'
import type { Ledger, LedgerEntry } from '../../ports/ledger.ts'
import { NO_TRACES } from '../../ports/tracer.ts'
import { createDelivery, type Delivery, type DeliveryOptions } from '../act/delivery.ts'
import { createEffects } from '../act/effects.ts'
import { noteWait } from '../act/note-wait.ts'
import { announcing } from '../announce/intend-announcements.ts'
import { deploying } from '../announce/intend-deployments.ts'
import { createPace } from '../announce/pace.ts'
import { createJustDecided, type JustDecided } from '../decide/just-decided.ts'
import { createJournal, LEADS_ALL, type Environment, type Journal, type Lead } from '../environment.ts'
import { standingNow } from '../look/observe.ts'
import { createForgeBudget, type ForgeBudget } from '../outbox/forge-budget.ts'
import { arePodsTold } from '../outbox/intend-images.ts'
import { liftQuarantine, type Lift, type LiftResult } from '../quarantine/lift.ts'
import { adoptRelease, type AdoptResult } from '../record/adopt.ts'
import { answerCard, type AnswerResult } from '../record/answer.ts'
import { tellLeft } from '../record/left-clusters.ts'
import { releaseStorm, type ReleaseStormResult } from '../storm/release-storm.ts'
import { createIsReady } from '../tell/whom.ts'
import { traceEffects, traceQuestions } from '../trace/traces.ts'
import { createHints, type Hints } from './hints.ts'
import { keyOfQuarantine, keyOfRelease, rolloutsIn, rolloutsOf } from './keys.ts'
import { createLookQueue } from './look-queue.ts'
import { ownerOfEffect } from './owners.ts'
import { createReconciler } from './reconciler.ts'
import { createWatching, type Watching } from './watching.ts'
import { createWishes, type Wishes } from './wishes.ts'
import type { WorkQueue } from './work-queue.ts'

export interface Controller extends Hints, AsyncDisposable {
  /**
   * Begins with a cluster whose first lists are in: takes its baseline when the ledger does not know it, then follows every change.
   */
  watch(view: ClusterView): Promise<void>
  /** Begins with the outbox and the clock's rounds. */
  start(): void
  /** Another process has appended this. */
  heard(entry: LedgerEntry): void
  serving(ref: RolloutRef): Standing
  /** A person wants a release that was broken before Kedge first looked to be handled like any other. */
  adopt(releaseKey: string, by: string): Promise<AdoptResult>
  /** A person wants each release of a storm decided by itself. */
  releaseStorm(key: string, by: string): Promise<ReleaseStormResult>
  /** A person lets a version that failed come back. */
  lift(lift: Lift): Promise<LiftResult>
  /** A person has answered a card. `side`: see `Channel.sideOf`. */
  answer(answer: CardAnswer, side: string): Promise<AnswerResult>
  /** Resolves when neither the queue nor the outbox has anything due. */
  idle(): Promise<void>
  readonly queueDepth: number
  /** Rollouts whose last look failed and will be repeated (Git or the forge is out of reach), each with the reason. */
  readonly troubles: ReadonlyMap<string, string>
}

/** Of one of several controllers in one process. */
export interface ControllerPart {
  /** The one of all of them: each has to see what the others append. */
  journal: Journal
  /** What this one looks after; what else is told to it is left to others. */
  lead: Lead
  /** The one of all of them: they share the accounts at the forges. */
  budget: ForgeBudget
}

/** Who enqueues what: watches, webhooks and timers all name keys, and one reconciler handles them. */
export function createController(given: Environment, part?: ControllerPart): Controller {
  const environment = given.tracer ? traceQuestions(given, given.tracer) : given
  const { ledger } = environment
  const { lead, journal: plain, budget } = part ? inName(part) : whole(environment)
  const journal = deploying(environment, announcing(environment, plain))
  const troubles = new Map<string, string>()
  const isLed = (key: string): boolean => lead.leads(parseRolloutKey(key)?.cluster ?? '')
  const again = (key: string): void => (isLed(key) ? queue.add(key) : undefined)
  const decided = createJustDecided(environment.clock)
  const [isReady, isPaced] = [createIsReady(environment), createPace(environment, budget)]
  const wishes = createWishes(environment, again)
  const reconciler = createReconciler(environment, journal, { later: (key, at) => queue.addAt(key, at), again, wishes, decided })
  const queue: WorkQueue = createLookQueue(environment, { reconciler, troubles, onLooked: () => delivery.kick() })
  const delivery: Delivery = createDelivery({
    ...environment,
    ledger: part ? ownOutbox(environment, lead) : ledger,
    journal,
    sideOfChannel: (channel) => environment.channel?.sideOf?.(channel) ?? '',
    isReady: (effect) => isReady(effect) && arePodsTold(environment, effect) && isPaced(effect),
    onWaits: (effect) => lead.within(() => noteWait(environment, journal, effect)),
    perform: performWithin(environment, { lead, budget }, decided),
    onOver: (effect) => {
      if ('revertKey' in effect.action) hint(rolloutsOf(environment, effect))
    },
  })
  const watching = createWatching(environment, {
    add: again,
    leads: (cluster) => lead.leads(cluster),
    takeBaseline: (view) => reconciler.takeBaseline(view),
    onRound: () => delivery.kick(),
  })

  function hint(keys: readonly string[]): void {
    for (const key of keys.filter(isLed)) {
      reconciler.hint(key)
      queue.add(key)
    }
  }

  const hints = createHints(environment, { lookAgain: hint, hasten: (...meant) => delivery.hasten(...meant) })

  return {
    watch: (view) => watching.watch(view),
    start() {
      tellLeft(environment, (cluster) => lead.leads(cluster))
      delivery.kick()
      watching.start()
    },
    ...wishesOfPeople(environment, journal, { hint, again }),
    ...hints,
    heard(entry) {
      if (entry.kind === 'effect') delivery.kick()
      for (const key of rolloutsIn(environment, entry)) again(key)
    },
    serving: (ref) => standingNow(environment, ref, (hash) => wishes.held(rolloutKey(ref), hash)),
    idle: () => idle(queue, delivery, wishes, environment.alerts),
    troubles,
    get queueDepth() {
      return queue.depth
    },
    [Symbol.asyncDispose]: () => end(watching, [queue, delivery, wishes]),
  }
}

/** Nothing is begun any more; what is under way may end. */
async function end(watching: Watching, parts: readonly (Disposable & { idle(): Promise<void> })[]): Promise<void> {
  for (const part of [watching, ...parts]) part[Symbol.dispose]()
  for (const part of parts) await part.idle()
}

/** What a part appends carries the number of what it leads. */
function inName({ lead, journal, budget }: ControllerPart): ControllerPart {
  return { lead, budget, journal: { commit: (entries) => lead.within(() => journal.commit(entries)) } }
}

function whole(environment: Environment): ControllerPart {
  return { lead: LEADS_ALL, journal: createJournal(environment.ledger), budget: createForgeBudget(environment) }
}

/** The effects that are carried out here. */
function ownOutbox(environment: Environment, lead: Lead): Ledger {
  const { ledger } = environment
  const isOwn = (effect: Effect): boolean => lead.leads(ownerOfEffect(environment, effect))
  return { ...ledger, pendingEffects: () => ledger.pendingEffects().filter(isOwn) }
}

function performWithin(
  environment: Environment,
  { lead, budget }: Pick<ControllerPart, 'lead' | 'budget'>,
  decided: JustDecided,
): DeliveryOptions['perform'] {
  const perform = traceEffects(environment.tracer ?? NO_TRACES, createEffects(environment, decided))
  return async (effect) => {
    try {
      return await lead.within(() => perform(effect))
    } catch (fault) {
      budget.giveBack(effect)
      throw fault
    }
  }
}

/** What people decide, each with a look at all that it concerns. */
function wishesOfPeople(
  environment: Environment,
  journal: Journal,
  { hint, again }: { hint: (keys: readonly string[]) => void; again: (key: string) => void },
): Pick<Controller, 'adopt' | 'releaseStorm' | 'lift' | 'answer'> {
  const { ledger } = environment
  return {
    async adopt(releaseKey, by) {
      const result = await adoptRelease(environment, journal, { releaseKey, by })
      const release = ledger.read('release', releaseKey)
      if (release) hint([keyOfRelease(release)])
      return result
    },
    async releaseStorm(key, by) {
      const result = await releaseStorm(environment, journal, { key, by })
      if (result === 'released') hint(ledger.releasesOfStorm(key).map(keyOfRelease))
      return result
    },
    async lift(lift) {
      const result = await liftQuarantine(environment, journal, lift)
      const lifted = ledger.read('quarantine', lift.key)
      if (lifted) hint([keyOfQuarantine(lifted)])
      return result
    },
    async answer(answer, side) {
      const { result, releases } = await answerCard(environment, journal, { answer, side })
      // Git is not asked for it. The look delivers the card, and comes again when a snooze is over.
      for (const release of releases) again(keyOfRelease(release))
      return result
    },
  }
}

/** What an effect or an answer has changed may make another look due, and a look another effect. */
async function idle(queue: WorkQueue, delivery: Delivery, wishes: Wishes, alerts: Environment['alerts']): Promise<void> {
  do {
    await alerts?.idle()
    await queue.idle()
    await wishes.idle()
    await delivery.idle()
  } while (queue.depth > 0)
}
