using System.Text.RegularExpressions;
using Rebalancer.Domain.Common.Input;
using Rebalancer.Domain.Common.Json;
using Rebalancer.Host.Configuration;

namespace Rebalancer.Host.Tests.Configuration;

public sealed partial class EnvironmentOverridesTests
{
    [Theory]
    [InlineData("LIMITS__MAXEXPOSURE__TOTAL", "limits.maxExposure.total")]
    [InlineData("LIMITS__MAXPRICEAGESECONDS__CRYPTO", "limits.maxPriceAgeSeconds.crypto")]
    [InlineData("LIMITS__MAXEXPOSURE__ASSETS__KEY", "limits.maxExposure.assets.KEY")]
    [InlineData("TARGETS__WEIGHTS__ON", "targets.weights.ON")]
    [InlineData("OPTIONS__LATENCYMILLISECONDS", "options.LATENCYMILLISECONDS")]
    public void Apply_NameInCapitals_IsSpelledAsItsField_AndAnAssetAsItIs(string variable, string field)
    {
        var overrides = new EnvironmentOverrides(new InputErrors());

        overrides.Apply(new LocatedObject(1, []), new SortedDictionary<string, string> { [EnvironmentOverrides.Prefix + variable] = "1" });

        overrides.Applied.ShouldContainKey(field);
    }

    /// <summary>A field that a reader asks for and nobody spells could not be set by a variable in capitals.</summary>
    [Fact]
    public void Spell_KnowsEveryFieldThatTheReadersAskFor()
    {
        var readers = Directory.GetFiles(Path.Combine(Source.Root, "src", "Host", "Configuration"), "*.cs", SearchOption.AllDirectories);
        var asked = readers.SelectMany(file => AskedFor().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value).Distinct().ToList();

        asked.Count.ShouldBeGreaterThan(100);
        asked.Where(name => KnownNames.Spell(name.ToUpperInvariant(), "") != name).ShouldBeEmpty();
    }

    [GeneratedRegex("""(\.\w+\(|\(\w+,\ )"(?<name>[a-z]\w+)" """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, 1_000)]
    private static partial Regex AskedFor();
}
