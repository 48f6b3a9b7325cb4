import { createPublicKey } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGiteaForges } from '../../../src/adapters/forges/gitea/forges.ts'
import { createGitHubForges } from '../../../src/adapters/forges/github/forges.ts'
import type { GitHubAuth } from '../../../src/adapters/forges/github/tokens.ts'
import { createGitLabForges } from '../../../src/adapters/forges/gitlab/forges.ts'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import { createMemoryVendorForges } from '../../../src/adapters/forges/memory/forges.ts'
import type { VendorForges } from '../../../src/ports/forge.ts'
import { createSystemClock } from '../../../src/simulator/clock.ts'
import { startGitea } from '../../../src/simulator/gitea.ts'
import { startGitHub } from '../../../src/simulator/github.ts'
import { startGitLab } from '../../../src/simulator/gitlab.ts'
import { describeVendorForges, type VendorForgesWorld } from '../../contract/vendor-forges.ts'
import { PRIVATE_KEY } from './github/github-edge.ts'

const TOKEN = 'planted-0123456789'
const NAME = 'acme/deploy'

/** How a vendor is opened at a server of its own. */
type Open = (at: { url: string; allow: (repoURL: string) => boolean; now: () => number }) => VendorForges

const github =
  (auth: GitHubAuth): Open =>
  ({ url, ...rest }) =>
    createGitHubForges({ hosts: [{ apiBaseUrl: `${url}/api/v3`, gitHost: new URL(url).host, auth }], ...rest })

describeVendorForges('GitHub with a token', () => openAt(startWithApp, github({ type: 'token', token: TOKEN })))
describeVendorForges('GitHub with an App', () => openAt(startWithApp, github({ type: 'app', appId: 42, privateKey: PRIVATE_KEY }), true))
describeVendorForges('GitLab', () =>
  openAt(startGitLab, ({ url, ...rest }) =>
    createGitLabForges({ apiBaseUrl: `${url}/api/v4`, gitHost: new URL(url).host, token: TOKEN, ...rest }),
  ),
)
describeVendorForges('Gitea', () => openAt(startGitea, (at) => createGiteaForges({ token: TOKEN, ...at })))

describeVendorForges('a forge that only remembers', async () => {
  const allowed = `https://git.example/${NAME}.git`
  const elsewhere = 'https://forge.example/acme/deploy.git'
  const remembered = createMemoryForges({ now: () => 0 })
  let asked = 0
  const forRepository: typeof remembered.forRepository = (repoURL) => {
    const forge = remembered.forRepository(repoURL)
    return { ...forge, listOpen: (base) => forge.listOpen(base).finally(() => (asked += 1)) }
  }
  const allow = (url: string): boolean => url === allowed || url === elsewhere
  return {
    forges: createMemoryVendorForges({ forRepository }, { host: 'git.example', allow }),
    allowed,
    name: NAME,
    refused: allowed.replace('deploy', 'secret'),
    elsewhere,
    host: 'git.example',
    replaces: false,
    asked: () => asked,
    [Symbol.asyncDispose]: async () => {},
  }
})

type Start = typeof startGitLab | typeof startGitea | typeof startWithApp

function startWithApp(options: Parameters<typeof startGitHub>[0]): ReturnType<typeof startGitHub> {
  const publicKey = createPublicKey(PRIVATE_KEY).export({ type: 'spki', format: 'pem' }).toString()
  return startGitHub({ ...options, app: { id: 42, slug: 'kedge-app', installationId: 7, publicKey } })
}

async function openAt(start: Start, open: Open, replaces = false): Promise<VendorForgesWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'kedge-forges-'))
  const clock = createSystemClock()
  const server = await start({ clock, directory, tokens: { [TOKEN]: { login: 'kedge' } } })
  const { cloneUrl } = await server.createRepository(NAME)
  const elsewhere = 'https://forge.example/acme/deploy.git'
  const allow = (url: string): boolean => url === cloneUrl || url === elsewhere
  const before = server.calls.length
  return {
    forges: open({ url: server.url, allow, now: () => clock.now() }),
    allowed: cloneUrl,
    name: NAME,
    refused: cloneUrl.replace('deploy', 'secret'),
    elsewhere,
    host: new URL(server.url).host,
    replaces,
    asked: () => server.calls.length - before,
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(directory, { recursive: true })
    },
  }
}
