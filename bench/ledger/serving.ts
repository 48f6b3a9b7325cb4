import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startKubernetesApi } from '../../src/simulator/kubernetes-api.ts'
import { freePort } from '../../test/postgres/server.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname
const HOOK_SECRET = 'a-secret-of-the-bench'

/** `kedge serve` as a process of its own, on a simulated cluster without Rollouts. Dispose ends it, by force where it has not ended yet. */
export interface Serving extends AsyncDisposable {
  apiUrl: string
  /** Resolves once it serves: the ledger is open, and was verified. Rejects with what it said where it ends before. */
  started: Promise<void>
  /** Brings a delivery of Argo CD, which is written down before it is answered. @returns the status */
  deliver(application: string): Promise<number>
  /** Lets it end in order. @returns its exit code */
  end(): Promise<number | null>
}

/** @param folder for its files @param ledger as the configuration says it */
export async function startServing(folder: string, ledger: string): Promise<Serving> {
  await using stack = new AsyncDisposableStack()
  const kubernetes = await startKubernetesApi({ clock: createSystemClock() })
  stack.defer(() => kubernetes.stop())
  await writeFile(join(folder, 'kubeconfig'), kubernetes.kubeconfig())
  const [api, webhooks] = [await freePort(), await freePort()]
  const config = join(folder, 'kedge.yaml')
  const lines = [
    'apiVersion: kedge/v1',
    'clusters: [{ name: bench, kubeconfig: kubeconfig }]',
    `server: { api: { port: ${api} }, webhooks: { port: ${webhooks} } }`,
    `ledger: ${ledger}`,
    'mirrors: { path: mirrors }',
    'log: { level: silent }',
  ]
  await writeFile(config, lines.join('\n'))
  const child = spawn(process.execPath, ['--max-semi-space-size=4', MAIN, 'serve', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, KEDGE_ARGOCD_WEBHOOK_SECRET: HOOK_SECRET },
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  stack.defer(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const started = Promise.withResolvers<void>()
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (said.includes('Ctrl-C ends it')) started.resolve()
  })
  void exited.then(() => started.reject(new Error(`kedge serve ended: ${said}`)))
  // Who does not wait for it has ended it.
  started.promise.catch(() => undefined)
  const running = stack.move()
  return {
    apiUrl: `http://127.0.0.1:${api}`,
    started: started.promise,
    async deliver(application) {
      const answer = await fetch(`http://127.0.0.1:${webhooks}/webhooks/argocd`, {
        method: 'POST',
        headers: { authorization: `Bearer ${HOOK_SECRET}`, 'content-type': 'application/json' },
        body: JSON.stringify({ application, applicationNamespace: 'argocd' }),
      })
      await answer.arrayBuffer()
      return answer.status
    },
    async end() {
      child.kill('SIGTERM')
      const [code] = await exited
      return code
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
