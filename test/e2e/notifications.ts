import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import { openListener } from '../../src/http/servers/listener.ts'
import { until } from '../until.ts'
import type { KubeObject } from './control-plane/api.ts'
import { ADMIN_KUBECONFIG } from './control-plane/places.ts'
import { freePorts, startBeside } from './control-plane/processes.ts'
import type { Stage } from './stage.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** What a webhook was sent. */
export interface Sent {
  path: string
  body: string
}

/** Both notification controllers with what Kedge prints for them, and a receiver. Dispose takes it all out again. */
export interface UsedNotifications extends AsyncDisposable {
  /** Something with this in it was sent to this path. */
  untilSent(path: string, ...says: readonly string[]): Promise<Sent>
}

/** The controller, its ConfigMap's namespace, and the trigger that people subscribe to. */
const CONTROLLERS = [
  { notifier: 'argo-rollouts', namespace: 'argo-rollouts', trigger: 'on-rollout-aborted' },
  { notifier: 'argo-cd', namespace: 'argocd', trigger: 'on-kedge-rollout-degraded' },
] as const

/**
 * Applies what `kedge argocd-cm --notifications` prints, with two webhooks that lead to a receiver on loopback: `bench` takes the message
 * that every service gets, `kedge` the template's own body.
 */
export async function useNotifications(stage: Stage): Promise<UsedNotifications> {
  const { api, cluster } = stage
  await using stack = new AsyncDisposableStack()
  const sent: Sent[] = []
  const receiver = stack.use(
    await openListener(
      (request, response) => {
        text(request).then(
          (body) => {
            sent.push({ path: request.url ?? '', body })
            response.end()
          },
          () => response.destroy(),
        )
      },
      { host: '127.0.0.1', port: 0 },
    ),
  )
  for (const { notifier, namespace, trigger } of CONTROLLERS) {
    const flags = ['--notifications', notifier, '--url', stage.kedge().apiUrl]
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'argocd-cm', ...flags])
    const printed = parse(stdout) as KubeObject & { data: Record<string, string> }
    const data = {
      ...printed.data,
      'service.webhook.bench': stringify({ url: `${receiver.url}/message` }),
      'service.webhook.kedge': stringify({ url: `${receiver.url}/kedge` }),
      subscriptions: stringify([{ recipients: ['bench', 'kedge'], triggers: [trigger] }]),
    }
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    await api.apply(path, { ...printed, data })
    stack.defer(() => api.delete(`${path}/${printed.metadata.name}`))
  }
  const { metrics } = await freePorts(['metrics'])
  stack.use(
    startBeside('argocd-server', {
      name: 'argocd-notifications',
      args: [
        `--kubeconfig=${ADMIN_KUBECONFIG}`,
        `--namespace=${cluster.argocdNamespace}`,
        `--argocd-repo-server=127.0.0.1:${cluster.own?.ports.repoServer}`,
        '--argocd-repo-server-plaintext',
        `--metrics-port=${metrics}`,
      ],
      env: { ARGOCD_BINARY_NAME: 'argocd-notifications' },
    }),
  )
  const used = stack.move()
  return {
    untilSent: (path, ...says) =>
      until(() => sent.find((one) => one.path === path && says.every((text) => one.body.includes(text))), {
        timeoutMs: 60_000,
        what: `${path} is sent "${says.join(' … ')}"; it was sent ${JSON.stringify(sent)}`,
      }),
    [Symbol.asyncDispose]: () => used.disposeAsync(),
  }
}
