// Node 24 comes in as a package of its own for each platform, and npm puts its `node` on the scripts' path. npm 10 takes that link away
// again when it drops the packages of the other platforms, because all of them bring a `node`. Then it is put back here. Runs on Node 20.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))
const link = join(modules, '.bin', 'node')
const platform = `${process.platform}-${process.arch}`
const found = [`node-${platform}`, `node-bin-${platform}`].find((name) => existsSync(join(modules, name, 'bin', 'node')))

if (found && !existsSync(link)) {
  mkdirSync(join(modules, '.bin'), { recursive: true })
  symlinkSync(join('..', found, 'bin', 'node'), link)
}
