import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { loadConfig } from '../../src/config/load.ts'
import { writeConfig } from '../../src/demo/stage.ts'
import { createService } from '../../src/service.ts'
import type { AccessAttributes } from '../../src/simulator/kubernetes/path.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { STORY, TOKENS } from '../../src/simulator/world/story.ts'
import { createTerminal } from '../cli/terminal.ts'
import { ofKind, parseObjects, type Manifest } from './render.ts'

/** The authorizer that an API server makes of the roles in deploy/kedge.yaml (RBAC: what no rule allows is refused). */
async function accountOfThePlainManifests(): Promise<(attributes: AccessAttributes) => boolean> {
  const objects = parseObjects(await readFile(new URL('../../deploy/kedge.yaml', import.meta.url), 'utf8'))
  const roles = [...ofKind(objects, 'ClusterRole'), ...ofKind(objects, 'Role')]
  return ({ verb, group, resource, subresource, namespace, name }) =>
    roles.some(({ metadata, rules }) => {
      const holds = metadata.namespace === undefined || metadata.namespace === namespace
      const asked = subresource === undefined ? resource : `${resource}/${subresource}`
      return (
        holds &&
        rules.some(
          (rule: Manifest) =>
            rule.apiGroups.includes(group) &&
            rule.resources.includes(asked) &&
            rule.verbs.includes(verb) &&
            (rule.resourceNames?.includes(name) ?? true),
        )
      )
    })
}

test('under exactly the shipped account Kedge sees everything, the doctor finds nothing amiss, and writing is refused', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-account-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  // The stand-ins of Argo write past the API, so only callers from outside are held to the roles.
  const world = stack.use(await createWorld({ kubernetes: { allows: await accountOfThePlainManifests() } }))
  await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  const data = { 'application.resourceTrackingMethod': 'annotation' }
  world.kubernetes.store.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', namespace: 'argocd' },
    data,
  } as Parameters<typeof world.kubernetes.store.apply>[0])
  world.kubernetes.store.apply({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default', namespace: 'argocd' },
    spec: { signatureKeys: [{ keyID: 'B5690EEEBB952194' }] },
  } as Parameters<typeof world.kubernetes.store.apply>[0])
  const file = await writeConfig({ world, folder, port: 0 })

  const { config, secrets } = loadConfig({ file, env: {} })
  const service = stack.use(await createService(config, secrets))
  await service.ready()
  expect((await fetch(`${service.apiUrl}/readyz`)).status).toBe(200)

  const terminal = { ...createTerminal(), now: Date.now }
  expect([await runCli(['doctor', '--config', file], terminal), terminal.out()]).toEqual([
    0,
    expect.stringContaining('may read no Secrets and write no Rollouts and Applications'),
  ])
  expect(terminal.out()).toContain('argocd/argocd-cm tracks resources by annotation')
  expect(terminal.out()).toContain('AppProject default: Argo CD syncs only commits signed by B5690EEEBB952194')
  expect(world.kubernetes.requests.filter(({ status }) => status >= 400)).toEqual([])

  const call = (method: string, path: string): Promise<Response> =>
    fetch(world.kubernetes.url + path, {
      method,
      headers: { authorization: `Bearer ${TOKENS.kubernetes}`, 'content-type': 'application/merge-patch+json' },
      ...(method !== 'GET' && { body: '{}' }),
    })
  const rollout = `/apis/argoproj.io/v1alpha1/namespaces/${STORY.namespace}/rollouts/${STORY.rollout}`
  const refused = [
    ['PATCH', rollout],
    ['PATCH', `${rollout}/status`],
    ['DELETE', rollout],
    ['PATCH', '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/checkout'],
    ['GET', '/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects'],
    ['PATCH', '/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects/default'],
    ['GET', '/api/v1/namespaces/argocd/configmaps'],
    ['GET', '/api/v1/namespaces/argocd/configmaps/argocd-cmd-params-cm'],
    ['GET', '/apis/apps/v1/deployments'],
  ] as const
  const answers = await Promise.all(refused.map(async ([method, path]) => (await call(method, path)).status))
  expect(answers).toEqual(refused.map(() => 403))
  expect((await call('GET', rollout)).status).toBe(200)
})
