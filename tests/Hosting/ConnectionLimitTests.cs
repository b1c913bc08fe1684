using Ssp.Hosting.Http;

namespace Ssp.Tests.Hosting;

public sealed class ConnectionLimitTests
{
    [Theory]
    [InlineData("Max open files            1048576              1048576              files     ", 209635L)]
    [InlineData("Max open files            1024                 524288               files     ", 124L)]
    [InlineData("Max open files            256                  256                  files     ", 10L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max locked memory         67108864             67108864             bytes     ", null)]
    public void Callers_get_five_each_of_the_handles_the_host_does_not_need_itself(string line, long? limit) =>
        Assert.Equal(limit, ConnectionLimit.Of(["Limit                     Soft Limit           Hard Limit           Units     ", line]));
}
