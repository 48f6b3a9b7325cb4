import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LOGS } from './control-plane/places.ts'
import type { Stage } from './stage.ts'

/** Where a secret that Kedge was given can be read: its log, its ledger, cards, pull requests, the recordings of this run. */
export async function placesThatTellASecret(stage: Stage, recordings: string): Promise<readonly string[]> {
  const secrets = [...stage.secrets, ...(stage.argocd ? [stage.argocd.kedgeToken, stage.argocd.strangerToken] : [])]
  const pulls = [stage.gitops, stage.values].flatMap(({ repository }) => [...repository.pulls.values(), ...repository.comments])
  const texts = new Map<string, string>([
    ['a card', JSON.stringify(stage.slack.messages)],
    ['a pull request', JSON.stringify(pulls)],
  ])
  const files = [join(LOGS, 'kedge.log'), join(stage.kedge().folder, 'ledger.db'), join(stage.kedge().folder, 'ledger.db-wal')]
  for (const file of [...files, ...(await filesBelow(recordings))])
    if (existsSync(file)) texts.set(file, (await readFile(file)).toString('latin1'))
  return [...texts].filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([place]) => place)
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true })
  const paths = entries.map((entry) => join(folder, entry))
  const kinds = await Promise.all(paths.map(async (path) => (await stat(path)).isFile()))
  return paths.filter((_, index) => kinds[index])
}
