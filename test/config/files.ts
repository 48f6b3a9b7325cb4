import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'

/** A folder with a `kedge.yaml` and files beside it; it goes with the test. */
export function configFolder(yaml: string, files: Readonly<Record<string, string>> = {}): Disposable & { path: string; file: string } {
  const path = mkdtempSync(join(tmpdir(), 'kedge-config-'))
  const file = join(path, 'kedge.yaml')
  writeFileSync(file, yaml)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return { path, file, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A file for mode `pr` with everything that it needs; secrets lie beside it. */
export const COMPLETE = `
apiVersion: kedge/v1
defaults: { mode: notify, channel: "#releases", settleSeconds: 2.5 }
allow: { repositories: ["https://github.com/acme/*"], channels: ["#rel-*"], maxMode: notify }
rules:
  - match: { project: payments, namespace: ["pay-*", billing], labels: { tier: prod } }
    set: { mode: pr, causes: [analysis-failed], reviewers: ["@acme/payments"], restoreDeadlineMinutes: 30 }
mute:
  - { from: "2026-12-24T18:00:00Z", to: "2026-12-27T06:00:00+01:00", match: { cluster: west } }
github: { tokenFile: token, webhook: { secretFile: hook } }
slack: { tokenFile: slack }
clusters:
  - { name: east, kubeconfig: east.kubeconfig, context: admin }
  - { name: west, inCluster: true, namespaces: [pay-eu], destinations: ["https://west.example"] }
argocd:
  { cluster: west, url: "https://argocd.example/", api: { url: "https://api.argocd.example", tokenFile: api },
    webhook: { fields: { application: "$.app.metadata.name" } } }
ledger: { path: /var/lib/kedge/ledger.db }
`

export const COMPLETE_FILES = {
  token: 'planted-github-token\n',
  hook: 'planted-hook-secret\n',
  slack: 'planted-slack-token\n',
  api: 'planted-argocd-token\n',
}

/** What is wrong with a configuration that says this besides its version, as one text; empty where nothing is. */
export function faultsIn(yaml: string): string {
  using folder = configFolder(`apiVersion: kedge/v1\n${yaml}\n`)
  try {
    loadConfig({ file: folder.file, env: { KEDGE_GITHUB_TOKEN: 'w', KEDGE_GITEA_TOKEN: 'x', KEDGE_GITLAB_TOKEN: 'y' } })
    return ''
  } catch (fault) {
    return String(fault)
  }
}
