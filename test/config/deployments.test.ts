import { expect, it } from 'vitest'
import { faultsIn } from './files.ts'

it.each([
  [
    'defaults: { announce: [status, deployment] }\nforges: [{ type: gitea, url: https://git.example }]',
    'defaults.announce[1]: "deployment" is nothing that Gitea has',
  ],
  [
    'defaults: { deploymentEnvironment: live }',
    'defaults.deploymentEnvironment: "live" must have {namespace} and {rollout}: else several Rollouts share an environment',
  ],
  [
    'clusters: [{ name: a }, { name: b }]\ndefaults: { deploymentEnvironment: "{namespace}/{rollout}" }',
    'defaults.deploymentEnvironment: "{namespace}/{rollout}" must have {cluster}',
  ],
])('what cannot be shown, or would be shown in one place with others, is refused: %s', (yaml, fault) => {
  expect(faultsIn(yaml)).toContain(fault)
})

it.each([
  'defaults: { announce: [deployment] }\nforges: [{ type: gitea, url: https://git.example }, { type: gitlab }]',
  'defaults: { deploymentEnvironment: "live/{namespace}.{rollout}" }',
  'clusters: [{ name: a }, { name: b }]\nrules: [{ match: { cluster: a }, set: { deploymentEnvironment: "a {namespace}/{rollout}" } }]',
])('deployments have a forge, and each Rollout an environment of its own: %s', (yaml) => {
  expect(faultsIn(yaml)).toBe('')
})

it.each(['/{namespace}/{rollout}', '{namespace}/{rollout}/', '{team}/{namespace}/{rollout}', 'a@b/{namespace}/{rollout}'])(
  'an environment is called by signs that every forge takes: %s',
  (name) => {
    expect(faultsIn(`defaults: { deploymentEnvironment: "${name}" }`)).toMatch(/has 1 fault\n.*defaults\.deploymentEnvironment/)
  },
)
