/**
 * The CDK app with one difference: the attachment function reaches the control plane through the
 * proxy named in FAULTY_PROXY.
 */
import { App, Aspects } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { AccessMap } from '../../lib/access-map/index.ts';
import { AccessStack } from '../../lib/stack/access-stack.ts';

const app = new App();
const map = AccessMap.fromFile(String(app.node.tryGetContext('accessMap')), {
  loopbackIssuer: true,
});
const stack = new AccessStack(app, `access-${map.name}`, { map, watch: false });
Aspects.of(stack).add({
  visit(node) {
    if (!(node instanceof CfnFunction) || !node.node.path.includes('/Attach/')) return;
    for (const service of ['APIGATEWAYV2', 'API_GATEWAY']) {
      node.addPropertyOverride(
        `Environment.Variables.AWS_ENDPOINT_URL_${service}`,
        process.env['FAULTY_PROXY'],
      );
    }
  },
});
