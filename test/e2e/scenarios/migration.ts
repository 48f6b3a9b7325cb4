import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Finding } from '../../../src/ports/finding.ts'
import { ADMIN_KUBECONFIG } from '../control-plane/places.ts'
import { deployment, rolloutOf, service } from '../manifests.ts'
import type { Play } from '../play.ts'
import type { Scenario } from '../scenario.ts'
import { untilServing } from './kubectl-plugin.ts'

const MAIN = new URL('../../../src/main.ts', import.meta.url).pathname

/** What `kedge doctor --migration` says, as somebody. */
async function consult(play: Play, kubeconfig: string): Promise<readonly Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'migration-'))
  const file = join(folder, 'kedge.yaml')
  await writeFile(file, `apiVersion: kedge/v1\nclusters: [{ name: bench, kubeconfig: "${kubeconfig}" }]\n`)
  const asked = [MAIN, 'doctor', '--migration', `${play.name}/web`, '--config', file, '-o', 'json']
  // It exits with another code than 0 where something is amiss.
  const { stdout } = await promisify(execFile)(process.execPath, asked, { env: { PATH: process.env['PATH'] } }).catch(
    (failed: { stdout: string }) => failed,
  )
  return (JSON.parse(stdout) as { findings: readonly Finding[] }).findings
}

/** Until the doctor says it; the other findings beside that. */
async function untilDoctorSays(play: Play, says: string): Promise<readonly Finding[]> {
  let found: readonly Finding[] = []
  await play.until(`the doctor says ${says}`, async () => {
    found = await consult(play, ADMIN_KUBECONFIG)
    return found[0]?.says.includes(says) === true
  })
  return found.slice(1)
}

/** From a Deployment to a Rollout that refers to it, and the doctor knows at each step where one is. */
const toRollout: Scenario = {
  name: 'deployment-to-rollout',
  ownOnly: 'the doctor is asked with the kubeconfig of the bench',
  async play(play) {
    await play.commit('web as a Deployment', { 'deployment.yaml': deployment('v1.7.3', 4), 'service.yaml': service('web') })
    await play.createApplication()
    await play.untilApplication('Synced', 'Healthy')
    await untilDoctorSays(play, 'step 1 of 5, not begun: Deployment web with 4 pods serves')
    await play.commit('A Rollout beside it', { 'rollout.yaml': rolloutOf('web', 'never') })
    await play.untilRollout('beside the Deployment', (seen) => seen.phase === 'Healthy' && seen.isObserved)
    const notes = await untilDoctorSays(play, 'step 3 of 5, both serve: the Rollout with 4 pods, Deployment web with 4 pods')
    assert.match(notes[0]?.says ?? '', /Service web leads to pods of both: about 4 of 8 requests/)
    const scaledDown = { 'rollout.yaml': rolloutOf('web', 'onsuccess'), 'deployment.yaml': deployment('v1.7.3', undefined) }
    await play.commit('The Rollout alone', scaledDown)
    assert.deepEqual(await untilDoctorSays(play, 'step 5 of 5, done: the Rollout serves alone with 4 pods'), [])
    await untilServing(play, 'in-step')
    // The account of the service may read no Deployment, and need not.
    const [refused] = await consult(play, play.stage.kubeconfig)
    assert.deepEqual([refused?.level, refused?.unseen], ['fail', true])
    assert.match(refused?.advice ?? '', /list on deployments/)
  },
}

export const MIGRATION_SCENARIOS: readonly Scenario[] = [toRollout]
