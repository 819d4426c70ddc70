import { App } from 'aws-cdk-lib'
import { addCatnap } from './catnap-app.ts'

addCatnap(new App())
