import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { expect, test } from '@jest/globals';
import { sdkGatewayControl } from '../../../lambda/flush/gateway-control.ts';

/** A control plane that answers one page after the other, and never a page more. */
function controlPlane(pages: readonly object[]) {
  const markers: unknown[] = [];
  const client = new ApiGatewayV2Client({ region: 'eu-west-1' });
  client.send = (async ({ input }: { readonly input: { readonly NextToken?: string } }) => {
    const page = pages[markers.push(input.NextToken) - 1];
    if (page === undefined) throw new RangeError('asked for a page after the last');
    return page;
  }) as typeof client.send;
  return { markers, control: sdkGatewayControl(client) };
}

test.each([[undefined], ['']])(
  'stages of all pages are listed; the last has the marker %j',
  async (last) => {
    const { control, markers } = controlPlane([
      { Items: [{ StageName: '$default' }], NextToken: 'more' },
      { Items: [{ StageName: 'v2' }, {}], NextToken: last },
    ]);
    expect(await control.stagesOf({ kind: 'http', apiId: 'a1' })).toEqual(['$default', 'v2']);
    expect(markers).toEqual([undefined, 'more']);
  },
);
