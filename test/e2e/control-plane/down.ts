import { clearRemains } from '../remains.ts'
import { stopControlPlane } from './start.ts'

await stopControlPlane()
clearRemains()
process.stdout.write('The control plane is down; its logs are in test/e2e/control-plane/.cache/logs.\n')
