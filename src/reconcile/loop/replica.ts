import type { Command } from '../../ports/command.ts'
import type { LeaderElection } from '../../ports/leader-election.ts'
import type { Environment } from '../environment.ts'
import { standingNow } from '../look/observe.ts'
import type { Lift, LiftResult } from '../quarantine/lift.ts'
import type { AdoptResult } from '../record/adopt.ts'
import { answerTo } from '../record/answer.ts'
import type { ReleaseStormResult } from '../storm/release-storm.ts'
import { createController, type Controller } from './controller.ts'
import { createControllers, type ClusterLeader } from './controllers.ts'
import { ownerOfCommand } from './owners.ts'

/** `elsewhere`: another process leads what it is about, and has been asked. */
type OrElsewhere<Result> = Promise<Result | 'elsewhere'>

/** The loop of one process among several: it runs for the clusters that this process leads, and begins anew with each time it gains one. */
export interface Replica extends Omit<Controller, 'adopt' | 'releaseStorm' | 'lift' | 'retry' | 'heard'> {
  adopt(releaseKey: string, by: string): OrElsewhere<AdoptResult>
  releaseStorm(key: string, by: string): OrElsewhere<ReleaseStormResult>
  lift(lift: Lift): OrElsewhere<LiftResult>
  retry(key: string): void | Promise<void>
  /** Who leads each cluster. Empty where this process is the only one. */
  leaders(): readonly ClusterLeader[]
  /** Does what a person wanted of another process. False where this one does not lead what it is about. @throws KedgeError E_LEDGER_* */
  perform(command: Command): Promise<boolean>
}

export interface ReplicaOptions {
  /** Undefined where this process is the only one. */
  election: LeaderElection | undefined
  /** Leaves a command to the process that leads what it is about. */
  leave: (command: Command) => Promise<void>
}

/** See {@link Replica}. */
export function createReplica(environment: Environment, options: ReplicaOptions): Replica {
  return options.election ? share(environment, options.election, options.leave) : alone(environment)
}

function alone(environment: Environment): Replica {
  const controller = createController(environment)
  // Nothing is left to another, and what another has left is done here.
  return Object.assign(controller, { leaders: () => [], perform: (command: Command) => performWith(controller, command) })
}

function share(environment: Environment, election: LeaderElection, leave: ReplicaOptions['leave']): Replica {
  const own = createControllers(environment, election)
  const leaderOf = (command: Command): Controller | undefined => own.of(ownerOfCommand(environment, command))

  /** By whoever leads it; undefined where another process does, which has been asked. */
  async function byLeader<T>(command: Command, perform: (controller: Controller) => Promise<T>): Promise<T | undefined> {
    const controller = leaderOf(command)
    if (controller) return perform(controller)
    await leave(command)
    return undefined
  }

  return {
    start: () => own.start(),
    watch: (view) => own.watch(view),
    idle: () => own.idle(),
    serving: (ref) => own.of(ref.cluster)?.serving(ref) ?? standingNow(environment, ref, () => undefined),
    leaders: () => own.leaders(),
    ...commandsOf(environment, byLeader),
    async perform(command) {
      const controller = leaderOf(command)
      return controller !== undefined && performWith(controller, command)
    },
    enqueue: (key) => own.all().forEach((controller) => controller.enqueue(key)),
    enqueueRepository: (repoURL) => own.all().forEach((controller) => controller.enqueueRepository(repoURL)),
    enqueueApplication: (namespace, name) => own.all().forEach((controller) => controller.enqueueApplication(namespace, name)),
    enqueueAlerts: () => environment.alerts?.hint(),
    get troubles() {
      return new Map(own.all().flatMap((controller) => [...controller.troubles]))
    },
    get queueDepth() {
      return own.all().reduce((sum, controller) => sum + controller.queueDepth, 0)
    },
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  }
}

type ByLeader = <T>(command: Command, perform: (controller: Controller) => Promise<T>) => Promise<T | undefined>

function commandsOf(environment: Environment, byLeader: ByLeader): Pick<Replica, 'adopt' | 'releaseStorm' | 'lift' | 'answer' | 'retry'> {
  const { ledger } = environment
  return {
    async adopt(release, by) {
      if (!ledger.read('release', release)) return 'absent'
      return (await byLeader({ type: 'adopt', release, by }, (controller) => controller.adopt(release, by))) ?? 'elsewhere'
    },
    async releaseStorm(storm, by) {
      if (!ledger.read('storm', storm)) return 'absent'
      return (await byLeader({ type: 'release-storm', storm, by }, (controller) => controller.releaseStorm(storm, by))) ?? 'elsewhere'
    },
    async lift(lift) {
      const { key: quarantine, by, reason } = lift
      if (!ledger.read('quarantine', quarantine)) return 'absent'
      return (await byLeader({ type: 'lift', quarantine, by, reason }, (controller) => controller.lift(lift))) ?? 'elsewhere'
    },
    async answer(answer, side) {
      const known = answerTo(environment, answer, side)
      if (known !== 'answered') return known
      return (await byLeader({ type: 'answer', answer, side }, (controller) => controller.answer(answer, side))) ?? known
    },
    async retry(rollout) {
      await byLeader({ type: 'retry', rollout }, async (controller) => controller.retry(rollout))
    },
  }
}

async function performWith(controller: Controller, command: Command): Promise<true> {
  if (command.type === 'adopt') await controller.adopt(command.release, command.by)
  else if (command.type === 'release-storm') await controller.releaseStorm(command.storm, command.by)
  else if (command.type === 'lift') await controller.lift({ key: command.quarantine, by: command.by, reason: command.reason })
  else if (command.type === 'answer') await controller.answer(command.answer, command.side)
  else controller.retry(command.rollout)
  return true
}
