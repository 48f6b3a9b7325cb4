import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { createTerminal } from '../cli/terminal.ts'
import { helm, render, theOne, WITHOUT_HELM } from './render.ts'

const WAYS: readonly (readonly [string, string])[] = [
  ['nothing said', ''],
  [
    'an App at GitHub, Slack, Argo CD, webhooks',
    '--forge github --repository github.com/acme/gitops --channel-type slack --channel #releases --mode pr ' +
      '--webhook-host hooks.acme.example --argocd-api https://argocd-server.argocd.svc --image registry.acme.example:5000/kedge:0.1.0',
  ],
  [
    'Gitea, a webhook, some namespaces, Argo CD elsewhere',
    '--forge gitea --forge-url https://git.acme.example --repository git.acme.example/acme/* --channel-type webhook ' +
      '--channel-url https://events.acme.example/kedge --mode notify --namespaces shop,search --argocd-namespace gitops',
  ],
  [
    'GitLab and Teams',
    '--forge gitlab --repository gitlab.com/acme/** --channel-type teams --mode pr --public-url https://kedge.acme.example',
  ],
]

async function valuesFor(flags: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kedge-init-'))
  try {
    const files = ['--config', join(folder, 'kedge.yaml'), '--values', join(folder, 'values.yaml')]
    expect(await runCli(['init', '--no-input', ...files, ...flags.split(' ').filter(Boolean)], createTerminal())).toBe(0)
    return readFileSync(join(folder, 'values.yaml'), 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe.runIf(helm)(`the values that kedge init writes${WITHOUT_HELM}`, () => {
  it.each(WAYS)('are taken by the chart, which mounts each Secret where the configuration looks for it: %s', async (_, flags) => {
    const values = await valuesFor(flags)
    const objects = render(values)
    const pod = theOne(objects, 'Deployment').spec.template.spec
    const mounted = pod.containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)
    const named = new Set([...values.matchAll(/\/etc\/kedge\/[a-z]+(?=\/)/g)].map(([path]) => path))
    for (const path of named) expect(mounted).toContain(path)
  })

  it('narrow the account to the namespaces that were said', async () => {
    const roles = render(await valuesFor(WAYS[2]?.[1] ?? '')).filter(({ kind }) => kind.endsWith('Role'))
    expect(roles.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`).sort()).toEqual(['Role gitops', 'Role search', 'Role shop'])
  })

  it('say the image that was built', async () => {
    const pod = theOne(render(await valuesFor(WAYS[1]?.[1] ?? '')), 'Deployment').spec.template.spec
    expect(pod.containers[0].image).toBe('registry.acme.example:5000/kedge:0.1.0')
  })
})
