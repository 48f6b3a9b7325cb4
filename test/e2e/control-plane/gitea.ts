import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../../until.ts'
import { moduleFolder } from './build.ts'
import { RUN } from './places.ts'
import { startProgram } from './processes.ts'

const run = promisify(execFile)
const HOME = join(RUN, 'gitea')
const PATIENCE_MS = 120_000

/** Starts a Gitea with nobody in it but an administrator. @param tools the folder of its binary */
export async function startGitea(tools: string, port: number): Promise<{ url: string; adminToken: string }> {
  const url = `http://127.0.0.1:${port}`
  const command = join(tools, 'gitea')
  const settings = join(HOME, 'app.ini')
  await mkdir(HOME, { recursive: true })
  await writeFile(settings, settingsOf({ url, port, module: await moduleFolder('gitea', 'code.gitea.io/gitea') }), { mode: 0o600 })
  const env = { HOME, GITEA_WORK_DIR: HOME, GIT_CONFIG_NOSYSTEM: '1' }
  startProgram({ name: 'gitea', command, args: ['--config', settings, 'web'], env })
  await until(async () => (await fetch(`${url}/api/healthz`)).ok || undefined, { timeoutMs: PATIENCE_MS, what: 'Gitea' })
  const asAdmin = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(command, ['--config', settings, 'admin', 'user', ...args], { env: { PATH: process.env['PATH'], ...env } })
    return stdout.trim().split('\n').at(-1) ?? ''
  }
  const password = randomBytes(16).toString('hex')
  const account = ['--username', 'bench', '--email', 'bench@example.com', '--must-change-password=false']
  await asAdmin('create', '--admin', ...account, '--password', password)
  const adminToken = await asAdmin('generate-access-token', '--username', 'bench', '--token-name', 'bench', '--scopes', 'all', '--raw')
  return { url, adminToken }
}

/** The module has templates and texts, and no front end that was built: its pages are plain, its API is complete. */
function settingsOf({ url, port, module }: { url: string; port: number; module: string }): string {
  return `APP_NAME = Kedge's bench
RUN_MODE = prod
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = ${process.getuid?.() === 0}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = ${url}/
STATIC_ROOT_PATH = ${module}
DISABLE_SSH = true
OFFLINE_MODE = true
LFS_START_SERVER = false
[database]
DB_TYPE = sqlite3
PATH = ${join(HOME, 'gitea.db')}
SQLITE_JOURNAL_MODE = WAL
SQLITE_TIMEOUT = 20000
[repository]
ROOT = ${join(HOME, 'repositories')}
DEFAULT_BRANCH = main
[security]
INSTALL_LOCK = true
SECRET_KEY = ${randomBytes(32).toString('hex')}
PASSWORD_HASH_ALGO = pbkdf2_v1
[service]
DISABLE_REGISTRATION = true
REGISTER_EMAIL_CONFIRM = false
[webhook]
ALLOWED_HOST_LIST = loopback
[mailer]
ENABLED = false
[actions]
ENABLED = false
[packages]
ENABLED = false
[indexer]
REPO_INDEXER_ENABLED = false
ISSUE_INDEXER_TYPE = db
[cron]
ENABLED = false
[cron.update_checker]
ENABLED = false
[session]
PROVIDER = memory
[log]
MODE = console
LEVEL = Info
`
}
