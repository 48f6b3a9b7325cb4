import { createWorld, type World, type WorldOptions } from '../../src/simulator/world.ts'
import { STORY } from '../../src/simulator/world/story.ts'

/** How long anything may take on a machine that is busy with other work. */
export const PATIENCE_MS = 240_000
const DEADLINE_SECONDS = 3_600

/**
 * A world whose Rollouts may take their time. By the story's own deadline of five seconds, which `pace` makes shorter still, a busy machine
 * makes releases fail for a cause that no programme has asked for: a second failure, and a revert that is due no more.
 * @returns once its first version serves
 */
export async function createPatientWorld(options: WorldOptions = {}): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await createWorld(options))
  const file = `${STORY.folder}/rollout.yaml`
  const text = (await world.repository.git.readFolder('main', STORY.folder)).get(file)
  if (text === undefined) throw new Error(`${file} is not on main`)
  const patient = text.replace(/progressDeadlineSeconds: \d+/, `progressDeadlineSeconds: ${DEADLINE_SECONDS}`)
  await world.people.commit('alice', { files: { [file]: `${patient.trimEnd()}\n` }, message: 'Be patient\n' })
  await world.untilRollout(
    ({ spec, status }) => spec.progressDeadlineSeconds === DEADLINE_SECONDS && status?.phase === 'Healthy',
    PATIENCE_MS,
  )
  stack.move()
  return world
}
