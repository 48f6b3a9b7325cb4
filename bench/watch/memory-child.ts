/** A process of its own that keeps a view of the server at `argv[2]` and prints what that costs. */
import { readFileSync } from 'node:fs'
import { createClusterView } from '../../src/adapters/kubernetes/cluster-view.ts'
import type { WatchedKind } from '../../src/adapters/kubernetes/tables.ts'

const url = process.argv[2] ?? ''
const kinds = JSON.parse(process.argv[3] ?? '[]') as WatchedKind[]
const began = performance.now()

function statusMB(field: string): number {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((candidate) => candidate.startsWith(`${field}:`))
  return Number(/\d+/.exec(line ?? '')?.[0] ?? 0) / 1_024
}

const view = createClusterView({
  cluster: 'bench',
  connection: { server: url, credentials: () => Promise.resolve({ headers: {}, tls: {} }) },
  kinds,
  clock: {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    after(ms, call) {
      const timer = setTimeout(call, ms)
      return { [Symbol.dispose]: () => clearTimeout(timer) }
    },
  },
  random: Math.random,
  logger: { info() {}, warn() {}, error() {} },
})
await view.start()
const readyMs = performance.now() - began
process.send?.({ readyMs })
// The parent lets events come in meanwhile: a fleet at work, not a process that sleeps on its garbage.
await new Promise((resolve) => process.once('message', resolve))
process.send?.({ rssMB: statusMB('VmRSS'), peakMB: statusMB('VmHWM'), objects: kinds.reduce((sum, kind) => sum + view.count(kind), 0) })
await view[Symbol.asyncDispose]()
process.disconnect()
