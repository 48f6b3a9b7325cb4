import { existsSync } from 'node:fs'
import { buildTools, leftOut } from './build.ts'
import { findObstacles } from './obstacles.ts'
import { ADMIN_KUBECONFIG, STATE } from './places.ts'
import { stopPrograms } from './processes.ts'
import { startControlPlane } from './start.ts'

const tell = (line: string): void => void process.stdout.write(`${line}\n`)

async function up(): Promise<void> {
  const startedAt = performance.now()
  const { argocdUrl } = await startControlPlane(await buildTools(tell, without), tell)
  tell(`up in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s: KUBECONFIG=${ADMIN_KUBECONFIG}, Argo CD's API at ${argocdUrl}`)
}

// What an `up` has left that was killed before it was through is no neighbour.
if (!existsSync(STATE)) await stopPrograms()
// A build takes minutes: whatever is missing is said before, all of it at once.
const without = await leftOut(process.argv)
const obstacles = await findObstacles(undefined, without)
if (obstacles.length === 0) await up()
else {
  for (const obstacle of obstacles) process.stderr.write(`${obstacle}\n`)
  process.exitCode = 1
}
