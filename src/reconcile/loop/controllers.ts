import type { KedgeError } from '../../domain/errors.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { Campaign, LeaderElection, Within } from '../../ports/leader-election.ts'
import type { Logger } from '../../ports/log.ts'
import { createJournal, type Environment } from '../environment.ts'
import { createForgeBudget } from '../outbox/forge-budget.ts'
import { createController, type Controller } from './controller.ts'
import { leftToLead } from './owners.ts'

/** `holder`: undefined while nobody leads it. */
export interface ClusterLeader {
  cluster: string
  holder: string | undefined
  /** It is this process. */
  isOwn: boolean
}

/** The controllers of what this process leads, one for each. */
export interface Controllers extends AsyncDisposable {
  /** Begins to take part in leading. */
  start(): void
  /** The first lists of a cluster are in. */
  watch(view: ClusterView): Promise<void>
  /** Of a cluster; undefined where this process does not lead it. */
  of(cluster: string): Controller | undefined
  all(): readonly Controller[]
  leaders(): readonly ClusterLeader[]
  /** Resolves when what could be taken was, and nothing of it is due. */
  idle(): Promise<void>
}

/** See {@link Controllers}. */
export function createControllers(environment: Environment, election: LeaderElection): Controllers {
  const { logger, views } = environment
  const journal = createJournal(environment.ledger)
  const budget = createForgeBudget(environment)
  const controllers = new Map<string, Controller>()
  /** The clusters whose first lists are in. */
  const inView = new Set<ClusterView>()
  const beginning = new Set<Promise<void>>()
  let campaign: Campaign | undefined
  let heard: Disposable | undefined
  const all = (): readonly Controller[] => [...controllers.values()]

  function begin(controller: Controller, view: ClusterView): Promise<void> {
    const begun = controller.watch(view).finally(() => beginning.delete(begun))
    beginning.add(begun)
    return begun
  }

  /** Everything is looked at anew: what this process remembers of a cluster that another has led since is worth nothing. */
  function gained(name: string, within: Within): void {
    const leads = (cluster: string): boolean => cluster === name
    const controller = createController(environment, { journal, budget, lead: { leads, within } })
    controllers.set(name, controller)
    logger.info('this replica leads the cluster from now on', { cluster: name, replica: election.holder })
    controller.start()
    for (const view of inView) void begin(controller, view)
  }

  async function lost(name: string): Promise<void> {
    const controller = controllers.get(name)
    controllers.delete(name)
    logger.info('this replica leads the cluster no more', { cluster: name, replica: election.holder })
    await controller?.[Symbol.asyncDispose]()
  }

  return {
    start() {
      heard = election.subscribe((entry) => all().forEach((controller) => controller.heard(entry)))
      const names = views.map(({ cluster }) => cluster)
      campaign = election.campaign(names, { gained, lost, left: () => leftToLead(environment), outdated: tellOutdated(logger) })
    },
    async watch(view) {
      inView.add(view)
      await Promise.all(all().map((controller) => begin(controller, view)))
    },
    of: (cluster) => controllers.get(cluster),
    all,
    leaders() {
      const leaders = election.leaders()
      return views.map(({ cluster }) => {
        const leader = leaders.find(({ name }) => name === cluster)
        return { cluster, holder: leader?.holder, isOwn: controllers.has(cluster) }
      })
    },
    async idle() {
      await campaign?.begun
      await Promise.all(beginning)
      await Promise.all(all().map((controller) => controller.idle()))
    },
    async [Symbol.asyncDispose]() {
      await campaign?.[Symbol.asyncDispose]()
      heard?.[Symbol.dispose]()
    },
  }
}

function tellOutdated(logger: Logger): (why: KedgeError) => void {
  const what = 'this replica cannot read what others append, so it leads nothing any more: it is to be replaced'
  return ({ code, what: error }) => logger.error(what, { code, error })
}
